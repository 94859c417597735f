// Ctrl-C and its kin, for commands that have something to tidy up. Used by commands/*.
import { constants } from 'node:os'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Thrown when a signal has ended a command; main.ts turns it into the exit code 128 + signal, without words. */
export class Interrupted extends Error {
  readonly exitCode: number
  constructor(signal: (typeof signals)[number]) {
    super(`interrupted by ${signal}`)
    this.exitCode = 128 + constants.signals[signal]
  }
}

/**
 * Does the work unless a signal comes first: then tidies up and rejects with Interrupted, whatever the work says to that.
 * A second signal ends the program at once.
 */
export async function unlessInterrupted<T>(
  work: () => Promise<T>,
  tidyUp: () => Promise<unknown> | undefined = () => undefined,
): Promise<T> {
  let interruption: Promise<never> | undefined
  let interrupt: (error: unknown) => void = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = reject
  })
  const onSignal = (signal: (typeof signals)[number]) => {
    if (interruption) process.exit(128 + constants.signals[signal])
    interruption = interrupted
    Promise.resolve(tidyUp()).then(() => interrupt(new Interrupted(signal)), interrupt)
  }
  for (const signal of signals) process.on(signal, onSignal)
  try {
    return await Promise.race([work(), interrupted])
  } catch (error) {
    // tidying up often makes the work fail, and quicker than it is done
    if (interruption) await interruption
    throw error
  } finally {
    for (const signal of signals) process.off(signal, onSignal)
  }
}

/** Does work that takes a signal; an interruption aborts it and waits until it has tidied up. */
export function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const running = work(stop.signal)
  return unlessInterrupted(
    () => running,
    () => {
      stop.abort(new Error('interrupted'))
      return running.catch(() => undefined) // it was told to fail
    },
  )
}
