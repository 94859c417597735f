// Whether somebody attends to the lab: looks at it now, or has acted within the last minute. The grader hurries then. Used by lab.ts.
import type { Clock } from '../system/clock.ts'

const attentiveMs = 60_000

export interface Attention {
  readonly present: boolean
  acted(): void
  watched(isWatched: boolean): void
  stop(): void
}

export function createAttention(clock: Clock, onChange: () => void): Attention {
  let isWatched = false
  let hasActed = false
  let told = false
  let cancel = () => {}
  const tell = () => {
    if (told === (isWatched || hasActed)) return
    told = !told
    onChange()
  }
  return {
    get present() {
      return isWatched || hasActed
    },
    acted() {
      hasActed = true
      cancel()
      cancel = clock.after(attentiveMs, () => {
        hasActed = false
        tell()
      })
      tell()
    },
    watched(next) {
      isWatched = next
      tell()
    },
    stop: () => cancel(),
  }
}
