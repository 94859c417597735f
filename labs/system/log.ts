// The structured log (pino). labd writes to labd.log in the lab's folder; the web process to stderr. Nothing else prints on its own.
import { type DestinationStream, destination, type Logger, pino } from 'pino'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** A log named after its program; `file` is created, otherwise lines go to stderr. Lines are written at once: a killed process loses none. */
export function createLog(options: { name: string; level: string; file?: string }): Log {
  const to: DestinationStream = destination({ dest: options.file ?? 2, sync: true, mkdir: false })
  return pino({ name: options.name, level: options.level, base: { name: options.name, pid: process.pid } }, to)
}

/** A log that keeps nothing, for tests and for callers that have nowhere to write. */
export const silentLog: Log = pino({ level: 'silent' })
