// One lab as the catalogue shows it: the scenario's face, its proofs, and the learner's own standing. Made by rows.ts; used by the catalogue and the home page.
import type { LabState } from '../../labs/spec/lab.ts'
import type { Locale, RuntimeName } from '../../labs/spec/names.ts'
import type { Scenario } from '../../labs/spec/scenario.ts'

/** changed: it was proved, and is another scenario since. cannot: it does not run there. */
export interface ProofMark {
  state: 'proved' | 'failed' | 'changed' | 'none' | 'cannot'
  /** epoch ms */
  at?: number
}

export interface CatalogueRow {
  id: string
  topic: Scenario['topic']
  seedCase: Scenario['seedCase']
  /** number of the lesson it belongs to, such as `2.1` */
  number: string | undefined
  /** slug of that lesson */
  lesson: string | undefined
  title: string
  summary: string
  /** of title and summary */
  language: Locale
  level: Scenario['level']
  minutes: number
  runtimes: RuntimeName[]
  proofs: Record<RuntimeName, ProofMark>
  running: { state: LabState; createdAt: number } | undefined
  /** the quickest solution */
  solvedMs: number | undefined
  triedAt: number | undefined
}
