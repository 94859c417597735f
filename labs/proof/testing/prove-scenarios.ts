// The proof of every scenario that names a runtime, as tests: `proveScenarios('kind', …)` in the test file of that runtime.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findScenario, loadScenario, scenarioIds } from '../../catalogue/scenario-catalogue.ts'
import type { RuntimeName } from '../../spec/scenario.ts'
import { formatProof, runProofs } from '../run-proofs.ts'

const folderOfAll = join(import.meta.dirname, '../../scenarios')

/** `timeoutMs` for one scenario. */
export async function proveScenarios(runtime: RuntimeName, timeoutMs: number): Promise<void> {
  const ids: string[] = []
  for (const id of await scenarioIds(folderOfAll)) {
    const { scenario } = await loadScenario(await findScenario(folderOfAll, id), 'en')
    if (scenario.runtimes.includes(runtime)) ids.push(id)
  }

  describe(`proof on ${runtime}`, () => {
    let folder: string
    // Labs and logs of their own: a developer's running labs are none of a test's business.
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'podwire-proof-'))
      process.env.PODWIRE_RUNTIME_DIR = join(folder, 'run')
      process.env.PODWIRE_STATE_DIR ??= join(tmpdir(), 'podwire-proof-logs')
    })
    afterAll(() => rm(folder, { recursive: true }))

    it.each(ids)('%s', { timeout: timeoutMs }, async (id) => {
      const report = await runProofs({ scenarios: [id], runtimes: [runtime] })
      const proof = report.scenarios[0]
      if (!proof) throw new Error(`${id} does not name the ${runtime} runtime`)
      expect(proof.ok, formatProof(proof)).toBe(true)
      expect(proof.phases.filter((phase) => phase.phase === 'wrong-fix').length).toBeGreaterThanOrEqual(3)
      expect(proof.phases.map((phase) => phase.phase)).toEqual(
        expect.arrayContaining(['healthy', 'broken', 'solution', 'resync', 'reset', 'withdrawn']),
      )
    })
  })
}
