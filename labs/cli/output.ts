// How commands print: words for people, or one JSON document. Errors go to stderr in the same manner. The only place of the CLI that prints results.
import { toErrorBody } from '../spec/errors.ts'

export interface Output {
  readonly json: boolean
  /** for people; nothing with --json */
  say(text?: string): void
  /** for programs: one line of JSON; nothing without --json */
  data(value: unknown): void
}

export function createOutput(json: boolean, write: (text: string) => void = (text) => process.stdout.write(text)): Output {
  return {
    json,
    say: (text = '') => {
      if (!json) write(`${text}\n`)
    },
    data: (value) => {
      if (json) write(`${JSON.stringify(value)}\n`)
    },
  }
}

/** The error as it is printed to stderr. */
export function formatError(error: unknown, json: boolean): string {
  const body = toErrorBody(error)
  if (json) return `${JSON.stringify({ error: body })}\n`
  const trace = body.code === 'internal' && error instanceof Error ? `\n${error.stack}` : ''
  return `${body.message}${body.hint ? `\n→ ${body.hint}` : ''}${trace}\n`
}

/** 2: the command line was wrong; 1: it could not be done. */
export const exitCodeOf = (error: unknown): number => (toErrorBody(error).code === 'bad-request' ? 2 : 1)

/** Columns as wide as their widest cell; the last one is not padded. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] as number)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** 950 ms, 1.2 s, 12 s, 3 min 20 s */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
