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

/** A promise that rejects with Interrupted at the first signal, after tidying up. A second signal ends the program at once. */
export function interruptedBy(tidyUp: () => Promise<unknown> | undefined): { promise: Promise<never>; cancel(): void } {
  let count = 0
  let onSignal: (signal: (typeof signals)[number]) => void = () => {}
  const promise = new Promise<never>((_, reject) => {
    onSignal = (signal) => {
      count++
      if (count > 1) process.exit(128 + constants.signals[signal])
      Promise.resolve(tidyUp()).then(() => reject(new Interrupted(signal)), reject)
    }
  })
  // whoever races it may have finished before: then nobody is left to be told
  promise.catch(() => {})
  for (const signal of signals) process.on(signal, onSignal)
  return {
    promise,
    cancel() {
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}
