// What a proof found, as data. Used by scenario-proof.ts, run-proofs.ts and whatever prints it.
import type { PhaseName } from '../spec/proof.ts'
import type { GradeResult } from '../spec/protocol.ts'
import type { RuntimeName } from '../spec/scenario.ts'

export interface PhaseResult {
  phase: PhaseName
  /** of the wrong fix, the other solution or the mutation */
  of?: string
  ok: boolean
  ms: number
  /** what was expected and did not come, in words that name the check */
  problem?: string | undefined
  /** the check or guard that turns a fix down */
  by?: string
  /** why it is turned down, as a learner reads it */
  sentence?: string | undefined
  /** what else there is to say of a phase that is as it should be */
  note?: string
  /** checks and guards as they were seen last, by id */
  states?: Record<string, GradeResult['state']>
  /** the last results that were looked at; only when the phase failed */
  evidence?: GradeResult[] | undefined
}

export interface ScenarioProof {
  scenarioId: string
  title: string
  runtime: RuntimeName
  ok: boolean
  ms: number
  /** its checks and guards */
  judges: { id: string; kind: 'check' | 'guard'; title: string }[]
  /** of what was proved (labs/catalogue/proof-catalogue.ts) */
  digest: string
  phases: PhaseResult[]
  /** why the proof could not be carried to its end */
  error?: { code: string; message: string; hint?: string }
  /** the lab's log, events and results; only when something failed */
  logFolder?: string
}

export interface ProofReport {
  ok: boolean
  ms: number
  scenarios: ScenarioProof[]
}

/** `wrong fix new-address`, `resync`: a phase in words. */
export function phaseTitle({ phase, of }: PhaseResult): string {
  const words = { 'wrong-fix': 'wrong fix', 'other-solution': 'other solution', mutations: 'broken again' }[phase as string] ?? phase
  return of ? `${words} ${of}` : words
}

/** The columns of the matrix: what each counts. */
export const matrixColumns = [
  ['healthy', ['healthy']],
  ['broken', ['broken']],
  ['wrong fixes', ['wrong-fix']],
  ['solutions', ['solution', 'other-solution']],
  ['resync', ['resync']],
  ['mutations', ['mutations', 'mutation']],
  ['reset', ['reset']],
  ['withdrawn', ['withdrawn']],
] as const satisfies readonly (readonly [string, readonly PhaseName[]])[]

export interface MatrixCell {
  passed: number
  of: number
}

export function matrixRow({ phases }: ScenarioProof): MatrixCell[] {
  return matrixColumns.map(([, names]) => {
    const counted = phases.filter(({ phase, ok }) => (names as readonly PhaseName[]).includes(phase) && (phase !== 'mutations' || !ok))
    return { passed: counted.filter(({ ok }) => ok).length, of: counted.length }
  })
}
