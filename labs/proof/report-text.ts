// A proof for people at a terminal: a block of lines for each scenario, and the matrix of all. Pure; used by the CLI and the tests.
import {
  type MatrixCell,
  matrixColumns,
  matrixRow,
  type PhaseResult,
  type ProofReport,
  phaseTitle,
  type ScenarioProof,
} from './proof-report.ts'

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

function describePhase(phase: PhaseResult): string[] {
  const lines = [
    `  ${phase.ok ? '✔' : '✘'} ${phaseTitle(phase).padEnd(48)} ${seconds(phase.ms).padStart(7)}${phase.by ? `  ${phase.by}` : ''}`,
  ]
  if (phase.problem) lines.push(`      ${phase.problem}`)
  if (phase.note) lines.push(`      ${phase.note}`)
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

const formatCell = ({ passed, of }: MatrixCell) => (of === 0 ? '·' : passed < of ? `✘ ${passed}/${of}` : of === 1 ? '✔' : `✔ ${of}`)

/** A line per scenario, a column per kind of evidence: what holds, of how many. */
export function formatMatrix({ scenarios }: ProofReport): string {
  const head = ['scenario', 'runtime', ...matrixColumns.map(([name]) => name), 'time']
  const rows = scenarios.map((proof) => [proof.scenarioId, proof.runtime, ...matrixRow(proof).map(formatCell), seconds(proof.ms)])
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] as string).length)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
