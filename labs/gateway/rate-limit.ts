// A token bucket: so many at once, so many per second after that. One per socket and kind of message. Used by the gateway.

export interface TokenBucket {
  /** Takes one token; false when there is none. */
  take(): boolean
}

export function createTokenBucket(
  options: { burst: number; perSecond: number },
  nowMs: () => number = () => performance.now(),
): TokenBucket {
  let tokens = options.burst
  let filledAt = nowMs()
  return {
    take() {
      const now = nowMs()
      tokens = Math.min(options.burst, tokens + ((now - filledAt) / 1000) * options.perSecond)
      filledAt = now
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
  }
}
