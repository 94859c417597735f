// What is wrong with a scenario's files: places, sentences and mends, and the one error that lists them all. Used by every check of the catalogue.
import { LabError } from '../spec/errors.ts'

export interface Problem {
  /** relative to the scenario's folder */
  file: string
  /** from 1; absent when the problem is the file itself */
  line?: number
  column?: number
  /** where in the document: checks[0].http.status */
  path?: string
  message: string
  mend?: string
}

/** "scenario.yaml:12:5 checks[0].http.status: expected a number. Mend: write 200." */
export function formatProblem({ file, line, column, path, message, mend }: Problem): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`
  return `${place}${path ? ` ${path}` : ''}: ${message}${mend ? `. ${mend}` : ''}`
}

/** The error that lists every problem of a folder, in the order of the files' lines. */
export function scenarioInvalid(folder: string, problems: readonly Problem[]): LabError {
  const sorted = [...problems].sort(
    (a, b) => a.file.localeCompare(b.file) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  )
  const lines = [...new Set(sorted.map(formatProblem))]
  const count = lines.length === 1 ? 'one problem' : `${lines.length} problems`
  return new LabError('scenario-invalid', `${folder}: ${count}\n${lines.map((line) => `  ${line}`).join('\n')}`, {
    hint: 'Mend the files and try again; docs/authoring.md describes the format.',
    cause: sorted,
  })
}

/** Distance in single-letter edits, swaps of neighbours included; for "did you mean". */
function editDistance(a: string, b: string): number {
  const rows = [[...Array(b.length + 1).keys()]]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const up = rows[i - 1] as number[]
      let best = Math.min((row[j - 1] as number) + 1, (up[j] as number) + 1, (up[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, ((rows[i - 2] as number[])[j - 2] as number) + 1)
      row.push(best)
    }
    rows.push(row)
  }
  return (rows[a.length] as number[])[b.length] as number
}

/** The known word nearest to a mistyped one, unless even that is a different word. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const ranked = [...known]
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best && best.distance <= Math.max(2, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined
}

/** "Did you mean x?" or what there is to choose from. */
export function suggest(word: string, known: Iterable<string>): string {
  const words = [...known]
  const near = nearest(word, words)
  if (near) return `Did you mean "${near}"?`
  return words.length === 0 ? 'There is none.' : `There is ${words.slice(0, 12).join(', ')}${words.length > 12 ? ', …' : ''}.`
}
