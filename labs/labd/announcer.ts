// Tells listeners that something has changed, once for all changes of one turn. Used by lab.ts.

export interface Announcer {
  announce(): void
  /** Returns a function that ends it. */
  subscribe(listener: () => void): () => void
}

/** onAudience: whether anyone listens has changed. */
export function createAnnouncer(onAudience: (present: boolean) => void): Announcer {
  const listeners = new Set<() => void>()
  let announced = false
  return {
    announce() {
      if (announced) return
      announced = true
      setImmediate(() => {
        announced = false
        for (const listener of listeners) listener()
      })
    },
    subscribe(listener) {
      listeners.add(listener)
      if (listeners.size === 1) onAudience(true)
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) onAudience(false)
      }
    },
  }
}
