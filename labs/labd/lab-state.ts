// The states of a lab and which request fits which state. Pure; used by lab.ts.
import { LabError } from '../spec/errors.ts'
import type { LabState } from '../spec/lab.ts'

/** Moves that something outside asks for, and from which states they may start. */
const moves = {
  break: ['healthy'],
  reset: ['healthy', 'broken', 'solved'],
  withdraw: ['broken', 'solved'],
  hint: ['broken', 'solved'],
  answer: ['broken', 'solved'],
  path: ['healthy', 'broken', 'solved'],
  enter: ['healthy', 'breaking', 'broken', 'solved'],
  grade: ['healthy', 'broken', 'solved'],
} as const satisfies Record<string, readonly LabState[]>
export type Move = keyof typeof moves

const reasons: Record<LabState, string> = {
  starting: 'The lab is still starting',
  healthy: 'The lab is healthy: nothing is broken yet',
  breaking: 'The exercise is being prepared',
  broken: 'The lab is broken already',
  solved: 'The lab is solved',
  resetting: 'The lab is being reset',
  stopping: 'The lab is stopping',
  stopped: 'The lab has ended',
  failed: 'The lab has failed',
}
const hints: Partial<Record<LabState, string>> = {
  starting: 'Try again when it is ready.',
  breaking: 'Try again in a moment.',
  resetting: 'Try again in a moment.',
  stopped: 'Start a new one.',
  failed: 'Stop it and start a new one.',
}

/** Throws LabError `lab-state` when the move does not fit. */
export function requireMove(state: LabState, move: Move): void {
  if (!(moves[move] as readonly LabState[]).includes(state)) throw new LabError('lab-state', `${reasons[state]}.`, { hint: hints[state] })
}

/** Whether a cluster is there to work in. */
export const isLive = (state: LabState): boolean => (moves.enter as readonly LabState[]).includes(state)
/** Whether the lab has ended, well or badly. */
export const isOver = (state: LabState): boolean => state === 'stopping' || state === 'stopped' || state === 'failed'
