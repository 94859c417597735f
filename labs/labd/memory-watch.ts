// Stops a lab that uses too much memory, where no cgroup does it. Used by lab.ts.
import type { Clock } from '../system/clock.ts'

const everyMs = 2000

/** Measures every two seconds, one measurement at a time; calls onTooMuch once. Returns a function that stops it. */
export function watchMemory(
  clock: Clock,
  limitMB: number,
  measure: () => Promise<number>,
  callbacks: { onMeasured(usedMB: number): void; onTooMuch(usedMB: number): void; onError(error: unknown): void },
): () => void {
  let stopped = false
  let cancel = clock.after(everyMs, look)
  function look(): void {
    measure().then(
      (bytes) => {
        if (stopped) return
        const usedMB = Math.round(bytes / (1 << 20))
        callbacks.onMeasured(usedMB)
        if (usedMB > limitMB) callbacks.onTooMuch(usedMB)
        else cancel = clock.after(everyMs, look)
      },
      (error) => {
        if (stopped) return
        callbacks.onError(error)
        cancel = clock.after(everyMs, look)
      },
    )
  }
  return () => {
    stopped = true
    cancel()
  }
}
