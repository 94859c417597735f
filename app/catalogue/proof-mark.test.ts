// What a published proof is worth.
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Proof, scenarioDigest } from '../../labs/catalogue/proof-catalogue.ts'
import { loadScenario } from '../../labs/catalogue/scenario-catalogue.ts'
import { proofMark } from './proof-mark.ts'

const loaded = await loadScenario(join(import.meta.dirname, '../../labs/scenarios/sd-selector-typo'))
const proof = (change: Partial<Proof>): Proof => ({
  ...{ scenarioId: 'sd-selector-typo', runtime: 'embedded', ok: true, ms: 1, phases: [], at: 5, build: 'b' },
  digest: scenarioDigest(loaded),
  ...change,
})

it('stands for the scenario that was proved, where it was proved', () => {
  expect(proofMark(loaded, 'embedded', [proof({})])).toEqual({ state: 'proved', at: 5 })
  expect(proofMark(loaded, 'kind', [proof({})])).toEqual({ state: 'none' })
  expect(proofMark(loaded, 'embedded', [proof({ scenarioId: 'other' })])).toEqual({ state: 'none' })
})
it('says what is wrong with it', () => {
  expect(proofMark(loaded, 'embedded', [proof({ digest: 'older' })])).toEqual({ state: 'changed', at: 5 })
  expect(proofMark(loaded, 'embedded', [proof({ ok: false })])).toEqual({ state: 'failed', at: 5 })
  const embeddedOnly = { ...loaded, scenario: { ...loaded.scenario, runtimes: ['embedded' as const] } }
  expect(proofMark(embeddedOnly, 'kind', [proof({ runtime: 'kind' })])).toEqual({ state: 'cannot' })
})
