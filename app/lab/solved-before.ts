// What a debrief needs beside its text, from a living lab or from the store. Used by the lab's page, work-page.tsx and debrief.tsx.
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { startOfTime } from './elapsed.tsx'

export type DebriefView = NonNullable<LabSnapshot['debrief']>

export interface DebriefFacts {
  runtime: string
  /** epoch ms from which the lab's time counted */
  startedAt: number
  solvedAt: number
  /** how many hints there are */
  hints: number
}

/** A solution that the store remembers. */
export interface SolvedBefore {
  debrief: DebriefView
  about: DebriefFacts
}

/** The debrief of a lab that this page has seen solved. */
export function solvedHere(snapshot: LabSnapshot | undefined): SolvedBefore | undefined {
  if (!snapshot?.debrief) return undefined
  const startedAt = startOfTime(snapshot)
  const { debrief, runtime, hints } = snapshot
  return { debrief, about: { runtime, startedAt, solvedAt: snapshot.solvedAt ?? startedAt + debrief.ms, hints: hints.total } }
}
