// The proof of every scenario, on the embedded runtime. Needs a built dist/ and network namespaces, nothing else; `podwire prove` is the same by hand.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scenarioIds } from '../catalogue/scenario-catalogue.ts'
import { formatProof, runProofs } from './run-proofs.ts'

const ids = await scenarioIds(join(import.meta.dirname, '../scenarios'))
let folder: string

// Labs and logs of their own: a developer's running labs are none of a test's business.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podwire-proof-'))
  process.env.PODWIRE_RUNTIME_DIR = join(folder, 'run')
  process.env.PODWIRE_STATE_DIR ??= join(tmpdir(), 'podwire-proof-logs')
})
afterAll(() => rm(folder, { recursive: true }))

describe('proof on embedded', () => {
  it.each(ids)('%s', { timeout: 120_000 }, async (id) => {
    const report = await runProofs({ scenarios: [id], runtimes: ['embedded'] })
    const proof = report.scenarios[0]
    if (!proof) throw new Error(`${id} does not name the embedded runtime`)
    expect(proof.ok, formatProof(proof)).toBe(true)
    expect(proof.phases.filter((phase) => phase.phase === 'wrong-fix').length).toBeGreaterThanOrEqual(3)
    expect(proof.phases.map((phase) => phase.phase)).toEqual(
      expect.arrayContaining(['healthy', 'broken', 'solution', 'resync', 'reset', 'withdrawn']),
    )
  })
})
