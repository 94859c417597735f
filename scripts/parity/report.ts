// Says what the comparison found: for a terminal, and as docs/parity.md. Used by main.ts; pure.
import type { Comparison } from './compare.ts'
import type { Explanation, Verdict } from './explanations.ts'
import type { Recording } from './play.ts'

export interface Outcome {
  first: Recording
  second: Recording
  comparison: Comparison
  verdict: Verdict
  /** explanations that explain nothing count: the whole transcript was played on kind and embedded */
  judgesIdle: boolean
}

export function counts({ comparison, verdict, judgesIdle }: Outcome) {
  const unexplained = verdict.judgements.filter(({ left }) => left.length > 0).length
  return {
    commands: comparison.commands,
    same: comparison.commands - comparison.differences.length,
    explained: comparison.differences.length - unexplained,
    unexplained,
    idleExplanations: judgesIdle ? verdict.idle.length : 0,
  }
}

const oneLine = (text: string) => text.replace(/\s*\n\s*/g, ' ')
const shortened = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

/** What a person reads: every line that nothing explains. */
export function terminalReport(outcome: Outcome): string {
  const { verdict, first, second, judgesIdle } = outcome
  const marks = { first: `${first.runtime} |`, second: `${second.runtime} |` }
  const width = Math.max(marks.first.length, marks.second.length)
  const lines: string[] = []
  for (const { difference, left } of verdict.judgements) {
    if (left.length === 0) continue
    lines.push(`── ${difference.section}: ${difference.command}`)
    for (const { side, text } of left) lines.push(`${marks[side].padStart(width)} ${text}`)
  }
  for (const trouble of [...first.troubles, ...second.troubles]) lines.push(`── did not end well: ${trouble}`)
  if (judgesIdle) for (const { why } of verdict.idle) lines.push(`── explains nothing any more: ${why}`)
  const { commands, same, explained, unexplained } = counts(outcome)
  lines.push(
    `${commands} commands on ${first.runtime} and ${second.runtime}: ${same} the same, ${explained} explained, ${unexplained} not explained`,
  )
  return `${lines.join('\n')}\n`
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
/** code that may hold backticks and bars */
const code = (text: string) => {
  const safe = oneLine(text).replaceAll('|', '\\|')
  return safe.includes('`') ? `\`\` ${safe} \`\`` : `\`${safe}\``
}

function explainedRow(explanation: Explanation, { verdict }: Outcome): string {
  const mine = verdict.judgements.filter(({ explanations }) => explanations.includes(explanation))
  const [example] = mine
  const more = mine.length > 1 ? ` and ${mine.length - 1} more` : ''
  return `| ${cell(explanation.why)} | ${example ? code(shortened(oneLine(example.difference.command), 90)) : 'now and then, not in this run'}${more} |`
}

export function markdownReport(
  outcome: Outcome,
  explanations: readonly Explanation[],
  versions: Record<string, string>,
  date: string,
): string {
  const { commands, same, explained, unexplained } = counts(outcome)
  const { verdict } = outcome
  const left = verdict.judgements.filter((judgement) => judgement.left.length > 0)
  return `# Parity

How far the embedded cluster is from real Kubernetes, measured: \`npm run parity\` types one transcript (\`scripts/parity/transcript\`) into a cluster of
each runtime and compares what comes back, without addresses, ages and names chosen at random. It fails on a difference that
\`scripts/parity/explanations.yaml\` does not explain, and on an explanation that explains nothing any more. \`npm run parity -- --write\` writes this page.

| commands | the same | different, explained below | different, not explained |
|---|---|---|---|
| ${commands} | ${same} | ${explained} | ${unexplained} |

${date}; ${Object.entries(versions)
    .map(([what, version]) => `${what} ${version}`)
    .join(', ')}.

## What differs, and why

| why | where |
|---|---|
${explanations
  .filter((explanation) => !verdict.idle.includes(explanation))
  .map((explanation) => explainedRow(explanation, outcome))
  .join('\n')}
${left.length === 0 ? '' : `\n## Not explained\n\n${left.map(({ difference }) => `* ${difference.section}: ${code(shortened(oneLine(difference.command), 120))}`).join('\n')}\n`}`
}
