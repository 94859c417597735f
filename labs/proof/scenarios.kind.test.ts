// The proof of every scenario that names the kind runtime, on kind. Run by `npm run test:kind` after the runtime's own tests; `podwire prove --runtime kind` is the same by hand.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findScenario, loadScenario, scenarioIds } from '../catalogue/scenario-catalogue.ts'
import { formatProof, runProofs } from './run-proofs.ts'

const folderOfAll = join(import.meta.dirname, '../scenarios')
const ids: string[] = []
for (const id of await scenarioIds(folderOfAll)) {
  const { scenario } = await loadScenario(await findScenario(folderOfAll, id), 'en')
  if (scenario.runtimes.includes('kind')) ids.push(id)
}
let folder: string

// Labs and logs of their own: a developer's running labs are none of a test's business.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podwire-proof-'))
  process.env.PODWIRE_RUNTIME_DIR = join(folder, 'run')
  process.env.PODWIRE_STATE_DIR ??= join(tmpdir(), 'podwire-proof-logs')
})
afterAll(() => rm(folder, { recursive: true }))

describe('proof on kind', () => {
  it.for(ids)('%s', { timeout: 900_000 }, async (id) => {
    const report = await runProofs({ scenarios: [id], runtimes: ['kind'] })
    const proof = report.scenarios[0]
    if (!proof) throw new Error(`${id} does not name the kind runtime`)
    expect(proof.ok, formatProof(proof)).toBe(true)
    expect(proof.phases.filter((phase) => phase.phase === 'wrong-fix').length).toBeGreaterThanOrEqual(3)
    expect(proof.phases.map((phase) => phase.phase)).toEqual(
      expect.arrayContaining(['healthy', 'broken', 'solution', 'resync', 'reset', 'withdrawn']),
    )
  })
})
