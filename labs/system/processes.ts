// Processes of this machine, by pid: are they still the ones we started? Used by sessions, the reaper and the CLI's clean.
import { readFileSync } from 'node:fs'
import { systemClock } from './clock.ts'

/** A process that cannot be mistaken for a later one with the same pid. `startTicks` is field 22 of /proc/<pid>/stat; absent where there is no /proc. */
export interface ProcessIdentity {
  pid: number
  startTicks?: number
}

function readStat(pid: number): { state: string; startTicks: number } | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined // no such process, or no /proc
  }
  // the command's name is in parentheses and may hold spaces and parentheses itself
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] as string, startTicks: Number(fields[19]) }
}

/** The identity of a running process. */
export function identify(pid: number): ProcessIdentity {
  const stat = readStat(pid)
  return stat ? { pid, startTicks: stat.startTicks } : { pid }
}

/** Whether that very process still runs; a zombie does not. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.startTicks !== undefined) {
    const stat = readStat(identity.pid)
    return stat !== undefined && stat.startTicks === identity.startTicks && stat.state !== 'Z' && stat.state !== 'X'
  }
  try {
    process.kill(identity.pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Sends a signal if that very process still runs; tells whether it did. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false
  try {
    process.kill(identity.pid, signal)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** Waits until the process is gone; false when it still runs after `timeoutMs`. */
export async function waitUntilGone(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = systemClock.monotonicMs() + timeoutMs
  while (isAlive(identity)) {
    if (systemClock.monotonicMs() > deadline) return false
    await systemClock.sleep(10)
  }
  return true
}
