// Ends a lab nobody uses: any input, command or "stay" restarts it. Used by lab.ts.
import type { Clock } from '../system/clock.ts'

const warnBeforeMs = 2 * 60_000

export interface IdleTimer {
  /** epoch ms */
  readonly expiresAt: number
  readonly warnAt: number
  /** Someone acted. */
  touch(): void
  stop(): void
}

/** Calls onExpire once, after idleMinutes without a touch. onChange: expiresAt has moved far enough that viewers should hear of it. */
export function createIdleTimer(clock: Clock, idleMinutes: number, callbacks: { onExpire(): void; onChange(): void }): IdleTimer {
  const idleMs = idleMinutes * 60_000
  // a short limit, as in tests, is warned of half-way
  const warnMs = Math.min(warnBeforeMs, idleMs / 2)
  let expiresAt = clock.now() + idleMs
  let toldExpiresAt = expiresAt
  let cancel = clock.after(idleMs, check)

  function check(): void {
    const leftMs = expiresAt - clock.now()
    if (leftMs > 0) cancel = clock.after(leftMs, check)
    else callbacks.onExpire()
  }

  return {
    get expiresAt() {
      return expiresAt
    },
    get warnAt() {
      return expiresAt - warnMs
    },
    touch() {
      const now = clock.now()
      const wasWarning = now >= toldExpiresAt - warnMs
      expiresAt = now + idleMs
      // every keystroke moves the end; telling everyone each time would be a flood
      if (wasWarning || expiresAt - toldExpiresAt > warnMs / 4) {
        toldExpiresAt = expiresAt
        callbacks.onChange()
      }
    },
    stop: () => cancel(),
  }
}
