// Compares two recordings of the transcript, command by command, line by line. Used by main.ts; pure.
import { normalise } from './normalise.ts'
import type { Played, Recording } from './play.ts'
import { titleOf } from './transcript.ts'

export interface Difference {
  section: string
  /** where$ what was typed */
  command: string
  /** lines that only one of the two has, in order */
  lines: { side: 'first' | 'second'; text: string }[]
}
export interface Comparison {
  commands: number
  differences: Difference[]
}

/** Lines of only one of the two: what a longest common subsequence leaves. */
export function differingLines(first: readonly string[], second: readonly string[]): Difference['lines'] {
  const common = Array.from({ length: first.length + 1 }, () => new Array<number>(second.length + 1).fill(0))
  const at = (i: number, j: number) => common[i]?.[j] ?? 0
  for (let i = first.length - 1; i >= 0; i--) {
    for (let j = second.length - 1; j >= 0; j--) {
      const row = common[i] as number[]
      row[j] = first[i] === second[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: Difference['lines'] = []
  let i = 0
  let j = 0
  while (i < first.length || j < second.length) {
    if (i < first.length && j < second.length && first[i] === second[j]) {
      i++
      j++
    } else if (i < first.length && (j >= second.length || at(i + 1, j) >= at(i, j + 1)))
      lines.push({ side: 'first', text: first[i++] as string })
    else lines.push({ side: 'second', text: second[j++] as string })
  }
  return lines
}

export function compare(first: Recording, second: Recording): Comparison {
  const keyOf = ({ section, on, run }: Played) => `${section} ${on} ${run}`
  // a command may be typed more than once: the nth time is compared with the nth time
  const others = new Map<string, Played[]>()
  for (const played of second.played) others.set(keyOf(played), [...(others.get(keyOf(played)) ?? []), played])
  const differences: Difference[] = []
  let commands = 0
  for (const played of first.played) {
    const other = others.get(keyOf(played))?.shift()
    if (!other) continue // recordings of different transcripts: only what both have says anything
    commands++
    const lines = differingLines(normalise(played, first.facts), normalise(other, second.facts))
    if (lines.length > 0) differences.push({ section: played.section, command: titleOf(played), lines })
  }
  return { commands, differences }
}
