// Waiting for a lab to show what it should, and to go on showing it. Used by scenario-proof.ts. No I/O of its own.
import type { GradeResult } from '../spec/protocol.ts'
import type { Clock } from '../system/clock.ts'

export interface Look {
  results: GradeResult[]
  /** what is not as expected; undefined when all is */
  problem?: string | undefined
  /** no later look can mend it */
  final?: boolean
  /** the problem is that what should have been looked at could not be done */
  undone?: boolean
}

export interface Patience {
  /** give up after this many ms without success */
  deadlineMs: number
  /** every look during this time must be good, at least two of them */
  holdMs: number
}

const pauseMs = 50

/** Looks again and again until all is as expected for `holdMs`, or the deadline has passed. Resolves with the last look. */
export async function lookUntil(
  look: () => Promise<Look>,
  { deadlineMs, holdMs }: Patience,
  clock: Clock,
  signal: AbortSignal,
): Promise<Look> {
  const startMs = clock.monotonicMs()
  let goodSinceMs: number | undefined
  let goodLooks = 0
  for (;;) {
    signal.throwIfAborted()
    const seenAtMs = clock.monotonicMs()
    const seen = await look()
    if (seen.problem === undefined) {
      goodSinceMs ??= seenAtMs
      goodLooks++
      if (goodLooks >= 2 && clock.monotonicMs() - goodSinceMs >= holdMs) return seen
    } else {
      goodSinceMs = undefined
      goodLooks = 0
      if (seen.final || clock.monotonicMs() - startMs >= deadlineMs) return seen
    }
    await clock.sleep(pauseMs, signal)
  }
}

const name = ({ kind, id }: GradeResult) => `the ${kind} ${id}`
const withSeen = ({ seen }: GradeResult) => (seen ? ` (${seen})` : '')

/** Every result passes. */
export function allPass(results: GradeResult[]): string | undefined {
  const bad = results.find(({ state }) => state !== 'pass')
  return bad && `${name(bad)} should pass and is ${bad.state}${withSeen(bad)}`
}

/** The symptom shows, at least one check fails, and no guard is broken by the fault itself. */
export function looksBroken(symptom: GradeResult[], checks: GradeResult[], guards: GradeResult[]): string | undefined {
  const unseen = allPass(symptom)
  if (unseen) return unseen
  if (!checks.some(({ state }) => state === 'fail')) return 'no check fails although the fault is in'
  const mute = checks.find(({ state, sentence }) => state === 'fail' && !sentence)
  if (mute) return `${name(mute)} fails and says nothing`
  return allPass(guards)
}

/** The named check or guard turns it down, and says why. */
export function isRejectedBy(judge: string, results: GradeResult[]): string | undefined {
  const result = results.find(({ id }) => id === judge)
  if (!result) return `nothing named ${judge} was graded`
  if (result.state !== 'fail') {
    const others = results.filter(({ state, id }) => state === 'fail' && id !== judge).map(({ id }) => id)
    return `${name(result)} should turn it down and is ${result.state}${withSeen(result)}${others.length ? `; what fails is ${others.join(', ')}` : '; nothing else fails'}`
  }
  return result.sentence ? undefined : `${name(result)} turns it down and says nothing`
}

/** The first check or guard that fails and says why. */
export const turnedDownBy = (results: GradeResult[]): GradeResult | undefined =>
  results.find(({ state, sentence }) => state === 'fail' && sentence)

/** Something turns it down, whatever it is, and says why. */
export function isTurnedDown(results: GradeResult[]): string | undefined {
  if (turnedDownBy(results)) return undefined
  if (results.every(({ state }) => state === 'pass')) return 'every check passes and every guard holds'
  const seen = results.filter(({ state }) => state !== 'pass').map((result) => `${name(result)} is ${result.state}${withSeen(result)}`)
  return `nothing tells a learner why it is not right: ${seen.join(', ')}`
}
