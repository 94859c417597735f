// Proves scenarios, several at a time where wanted: the engine of `podwire prove`. Called by the CLI.
import { join } from 'node:path'
import { findScenario, type LoadedScenario, loadScenario, scenarioIds } from '../catalogue/scenario-catalogue.ts'
import { LabError } from '../spec/errors.ts'
import { lacksProgram } from '../spec/programs.ts'
import type { RuntimeName } from '../spec/scenario.ts'
import { type Clock, systemClock } from '../system/clock.ts'
import { readEnvironment } from '../system/environment.ts'
import { type Installation, lackingPrograms, readInstallation } from '../system/installation.ts'
import { startProofLab } from './proof-lab.ts'
import type { PhaseResult, ProofReport, ScenarioProof } from './proof-report.ts'
import { proveScenario } from './scenario-proof.ts'

export type { PhaseResult, ProofReport, ScenarioProof } from './proof-report.ts'
export { formatMatrix, formatProof } from './report-text.ts'

export interface RunProofsOptions {
  /** default: this copy of Podwire */
  installation?: Installation
  /** ids, or `all` */
  scenarios: readonly string[] | 'all'
  /** of those a scenario names, prove on these; default: embedded, the one that needs nothing */
  runtimes?: readonly RuntimeName[]
  /** also try wrong fixes that are made up from what the lab holds; default: no */
  mutations?: boolean
  /** how many at a time; proofs mostly wait, so that two take little longer than one. Default: 1 */
  jobs?: number
  /** how many labs share the work of one proof. Default: 1 */
  lanes?: number
  signal?: AbortSignal
  clock?: Clock
  /** memory a lab may use; default: PODWIRE_LAB_MEMORY_MB, PODWIRE_KIND_MEMORY_MB */
  memoryMB?: number
  /** default: labs/scenarios of the installation */
  scenariosFolder?: string
  onStart?(scenarioId: string, runtime: RuntimeName): void
  onPhase?(scenarioId: string, runtime: RuntimeName, phase: PhaseResult): void
  onScenario?(proof: ScenarioProof): void
}

/** Throws LabError scenario-unknown, scenario-invalid or bad-request before anything starts; what a proof finds is in the report. */
export async function runProofs(options: RunProofsOptions): Promise<ProofReport> {
  const { installation = readInstallation(), clock = systemClock, signal = new AbortController().signal, jobs = 1 } = options
  const limits = readEnvironment().memoryMB
  const folder = options.scenariosFolder ?? join(installation.root, 'labs/scenarios')
  const startedMs = clock.monotonicMs()
  const planned = await planProofs(folder, options)
  const lacks = lackingPrograms(installation.assets)
  for (const { loaded, runtime } of planned) {
    const lacked = runtime === 'embedded' && loaded.scenario.programs.find((program) => lacks.includes(program))
    if (lacked) throw new LabError('runtime-unavailable', `${loaded.scenario.id}: ${lacksProgram(lacked)}`)
  }
  const proofs: ScenarioProof[] = []
  const waiting = [...planned.entries()]

  async function proveNext(): Promise<void> {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      signal.throwIfAborted()
      const [index, { loaded, runtime }] = next
      const { id } = loaded.scenario
      options.onStart?.(id, runtime)
      const memoryMB = options.memoryMB ?? limits[runtime]
      const proof = await proveScenario({
        loaded,
        runtime,
        mutations: options.mutations ?? false,
        lanes: options.lanes ?? 1,
        clock,
        signal,
        startLab: () => startProofLab({ installation, scenarioFolder: loaded.folder, runtime, memoryMB, clock, signal }),
        onPhase: (phase) => options.onPhase?.(id, runtime, phase),
      })
      proofs[index] = proof
      options.onScenario?.(proof)
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: Math.min(jobs, planned.length) }, proveNext))
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason
  return { ok: proofs.every((proof) => proof.ok), ms: Math.round(clock.monotonicMs() - startedMs), scenarios: proofs }
}

/** Loads everything first: a mistake in the last scenario should not wait for the proofs of the others. */
async function planProofs(
  folder: string,
  { scenarios, runtimes = ['embedded'] }: RunProofsOptions,
): Promise<{ loaded: LoadedScenario; runtime: RuntimeName }[]> {
  const ids = scenarios === 'all' ? await scenarioIds(folder) : [...new Set(scenarios)]
  if (ids.length === 0) throw new LabError('bad-request', 'there is nothing to prove', { hint: 'Name a scenario, or say --all.' })
  const folders = await Promise.all(ids.map((id) => findScenario(folder, id)))
  const all = await Promise.all(folders.map((each) => loadScenario(each, 'en')))
  // of all scenarios those that can be are proved; one that was named and cannot be would pass without a look
  const unable =
    scenarios === 'all' ? undefined : all.find(({ scenario }) => !runtimes.some((runtime) => scenario.runtimes.includes(runtime)))
  if (unable) {
    const { id, runtimes: able } = unable.scenario
    const why = runtimes.flatMap((runtime) => unable.text.runtimes?.[runtime] ?? []).join(' ')
    throw new LabError('bad-request', `${id} does not run on ${runtimes.join(' or ')}. ${why}`.trim(), {
      hint: `podwire prove ${id} --runtime ${able[0]}`,
    })
  }
  return all.flatMap((loaded) =>
    runtimes.filter((runtime) => loaded.scenario.runtimes.includes(runtime)).map((runtime) => ({ loaded, runtime })),
  )
}
