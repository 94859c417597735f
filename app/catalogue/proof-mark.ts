// Judges the published proof of a scenario on one runtime. Pure; used by the catalogue's rows and the proof matrix.
import { type Proof, scenarioDigest } from '../../labs/catalogue/proof-catalogue.ts'
import type { LoadedScenario } from '../../labs/catalogue/scenario-catalogue.ts'
import type { RuntimeName } from '../../labs/spec/names.ts'
import type { ProofMark } from './catalogue-row.ts'

export function proofMark(loaded: LoadedScenario, runtime: RuntimeName, proofs: readonly Proof[]): ProofMark {
  if (!loaded.scenario.runtimes.includes(runtime)) return { state: 'cannot' }
  const proof = proofs.find((each) => each.scenarioId === loaded.scenario.id && each.runtime === runtime)
  if (!proof) return { state: 'none' }
  const { at } = proof
  if (!proof.ok) return { state: 'failed', at }
  return { state: proof.digest === scenarioDigest(loaded) ? 'proved' : 'changed', at }
}
