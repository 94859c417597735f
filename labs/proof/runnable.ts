// Why a scenario cannot run on this machine, on embedded. Used by tests and by the check of lessons.
import { findScenario, loadScenario } from '../catalogue/scenario-catalogue.ts'
import { lacksProgram } from '../spec/programs.ts'
import { ebpfObstacle, readEbpfMachine } from '../system/ebpf-needs.ts'
import { lackingPrograms, readInstallation } from '../system/installation.ts'

/** What the machine would tell a learner; undefined where the lab can run. */
export async function whyItCannotRun(id: string, scenariosFolder: string): Promise<string | undefined> {
  const { scenario } = await loadScenario(await findScenario(scenariosFolder, id), 'en')
  const obstacle = scenario.privileged ? ebpfObstacle(readEbpfMachine()) : undefined
  if (obstacle) return obstacle.reason
  const lacks = lackingPrograms(readInstallation().assets)
  const lacked = scenario.programs.find((program) => lacks.includes(program))
  return lacked && lacksProgram(lacked)
}
