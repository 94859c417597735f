// Time, as something that can be handed in: the grader, the idle timer and the sessions' reaper take a Clock, so that tests can move it by hand.
import { setTimeout as delay } from 'node:timers/promises'

export interface Clock {
  /** epoch ms, for things a person sees */
  now(): number
  /** ms that never jump, for durations */
  monotonicMs(): number
  /** Runs once after `ms`; returns a function that cancels it. */
  after(ms: number, run: () => void): () => void
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted before. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal ? { signal } : {})
    } catch (error) {
      throw signal?.aborted ? signal.reason : error
    }
  },
}

export interface ManualClock extends Clock {
  /** Moves time forward and runs what falls due, in order, letting promises settle in between. */
  advance(ms: number): Promise<void>
}

/** A clock that stands still until it is told to move. For tests of things that wait minutes. */
export function createManualClock(startMs = 1_000_000): ManualClock {
  let nowMs = startMs
  let waiting: { atMs: number; run: () => void }[] = []
  const after = (ms: number, run: () => void) => {
    const entry = { atMs: nowMs + ms, run }
    waiting.push(entry)
    return () => {
      waiting = waiting.filter((other) => other !== entry)
    }
  }
  return {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    after,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const onAbort = () => {
          cancel()
          reject(signal?.reason)
        }
        const cancel = after(ms, () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        })
        signal?.addEventListener('abort', onAbort, { once: true })
      }),
    async advance(ms) {
      const endMs = nowMs + ms
      for (;;) {
        const next = waiting.filter((entry) => entry.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0]
        if (!next) break
        waiting = waiting.filter((entry) => entry !== next)
        nowMs = Math.max(nowMs, next.atMs)
        next.run()
        await delay(0)
      }
      nowMs = endMs
    },
  }
}
