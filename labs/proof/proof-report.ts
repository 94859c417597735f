// What a proof found, as data and as a table for people. Used by scenario-proof.ts, run-proofs.ts and the CLI.
import type { GradeResult } from '../spec/protocol.ts'
import type { RuntimeName } from '../spec/scenario.ts'

export type PhaseName = 'healthy' | 'broken' | 'wrong-fix' | 'solution' | 'resync' | 'reset' | 'withdrawn'

export interface PhaseResult {
  phase: PhaseName
  /** only for wrong-fix */
  wrongFixId?: string
  ok: boolean
  ms: number
  /** what was expected and did not come, in words that name the check */
  problem?: string
  /** why a wrong fix was turned down, as a learner reads it */
  sentence?: string
  /** the last results that were looked at; only when the phase failed */
  evidence?: GradeResult[]
}

export interface ScenarioProof {
  scenarioId: string
  runtime: RuntimeName
  ok: boolean
  ms: number
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

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

function describePhase(phase: PhaseResult): string[] {
  const name = phase.wrongFixId ? `wrong fix ${phase.wrongFixId}` : phase.phase
  const lines = [`  ${phase.ok ? '✔' : '✘'} ${name.padEnd(36)} ${seconds(phase.ms).padStart(7)}`]
  if (phase.problem) lines.push(`      ${phase.problem}`)
  for (const result of phase.evidence ?? []) {
    const { kind, id, state, seen, wanted } = result
    lines.push(`      ${kind} ${id}: ${state}${seen ? `, ${seen}` : ''}${wanted ? ` (wanted: ${wanted})` : ''}`)
  }
  return lines
}

/** One block per scenario: a line per phase, what was seen where it failed, and where the logs are. */
export function formatProof(proof: ScenarioProof): string {
  return [
    `${proof.ok ? 'PROVED' : 'FAILED'} ${proof.scenarioId} on ${proof.runtime} in ${seconds(proof.ms)}`,
    ...proof.phases.flatMap(describePhase),
    ...(proof.error ? [`  ${proof.error.message}${proof.error.hint ? `\n  ${proof.error.hint}` : ''}`] : []),
    ...(proof.logFolder ? [`  logs: ${proof.logFolder}`] : []),
  ].join('\n')
}
