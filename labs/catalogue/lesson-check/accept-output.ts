// Puts what a command really printed into a lesson, and keeps the placeholders that still hold. Pure; used by scripts/lessons.
import { compareTranscript } from '../transcript.ts'

const matches = (printed: string, real: string) => compareTranscript(printed, real).length === 0
const linesOf = (text: string) => (text.trim() === '' ? [] : text.replace(/\r/g, '').replace(/\s+$/, '').split('\n'))

/** The output to print in the lesson: lines that still match stay as they are, in others each word that still matches. */
export function acceptOutput(printed: string, real: string): string {
  const [before, now] = [linesOf(printed), linesOf(real)]
  // length of the longest common subsequence of the ends from i and j
  const common = Array.from({ length: before.length + 1 }, () => Array<number>(now.length + 1).fill(0))
  const at = (i: number, j: number) => common[i]?.[j] ?? 0
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      (common[i] as number[])[j] = matches(before[i] as string, now[j] as string)
        ? at(i + 1, j + 1) + 1
        : Math.max(at(i + 1, j), at(i, j + 1))

  const accepted: string[] = []
  let gone: string[] = []
  for (let i = 0, j = 0; j < now.length; ) {
    const line = now[j] as string
    if (i < before.length && matches(before[i] as string, line) && at(i, j) === at(i + 1, j + 1) + 1) {
      accepted.push(before[i] as string)
      gone = []
      i++
      j++
    } else if (i < before.length && at(i + 1, j) >= at(i, j + 1)) gone.push(before[i++] as string)
    else {
      accepted.push(keepWords(gone.shift(), line))
      j++
    }
  }
  return accepted.join('\n')
}

/** `line` in the words of `printed` where those still match it one by one. */
function keepWords(printed: string | undefined, line: string): string {
  const words = line.trimEnd().split(/( +)/)
  const kept = printed?.trimEnd().split(/( +)/)
  if (kept?.length !== words.length) return line.trimEnd()
  return words.map((word, i) => (matches(kept[i] as string, word) ? kept[i] : word)).join('')
}

/** Where a command of the console block whose fence is in line `fence` has its own line and its output; lines from 0, `end` exclusive. */
function commandLines(lines: readonly string[], fence: number, command: number): { line: number; start: number; end: number } | undefined {
  const indent = /^\s*/.exec(lines[fence - 1] ?? '')?.[0] ?? ''
  const close = lines.findIndex((text, i) => i >= fence && text.trimStart().startsWith('```'))
  const starts = [...Array(Math.max(close, fence) - fence).keys()].map((i) => i + fence).filter((i) => lines[i]?.startsWith(`${indent}$ `))
  const line = starts[command]
  if (line === undefined) return undefined
  let start = line + 1
  while (lines[start - 1]?.endsWith('\\') && lines[start]?.startsWith(`${indent}> `)) start++
  return { line, start, end: starts[command + 1] ?? close }
}

/** 1-based line of the command in the lesson's file. */
export const lineOfCommand = (source: string, fence: number, command: number): number =>
  (commandLines(source.split('\n'), fence, command)?.line ?? fence - 1) + 1

/** The lesson's text with another output under that command; undefined when a console block cannot hold it. */
export function replaceOutput(source: string, fence: number, command: number, output: string): string | undefined {
  const lines = source.split('\n')
  const place = commandLines(lines, fence, command)
  if (!place || /^\s*(\$ |```)/m.test(output)) return undefined
  const indent = /^\s*/.exec(lines[fence - 1] ?? '')?.[0] ?? ''
  lines.splice(place.start, place.end - place.start, ...linesOf(output).map((line) => `${indent}${line}`.trimEnd()))
  return lines.join('\n')
}
