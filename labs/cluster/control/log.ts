// The control plane's log: one line of JSON per event on stderr, which the lab process keeps. Small, because it is loaded before every lab.
import type { Log } from '../../system/log.ts'

type Level = 'debug' | 'info' | 'warn' | 'error'

/** `debug` and `info` only when asked for: a lab's log is for what went wrong. */
export function createControlLog(verbose: boolean, write: (line: string) => void = (line) => process.stderr.write(line)): Log {
  const at =
    (level: Level) =>
    (context: unknown, message?: string): void => {
      const fields = typeof context === 'string' ? { message: context } : { message, ...(context as object) }
      write(`${JSON.stringify({ control: level, at: new Date().toISOString(), ...fields })}\n`)
    }
  const nothing = () => {}
  const log = { debug: verbose ? at('debug') : nothing, info: verbose ? at('info') : nothing, warn: at('warn'), error: at('error') }
  return log as unknown as Log // pino's overloads say the same in more words
}
