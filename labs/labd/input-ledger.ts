// Which input a terminal has already taken: a page that reconnects sends again what was not acknowledged, and nothing may be typed twice.

const maxClients = 256

export interface InputLedger {
  /** True the first time a client's input number is seen; false for a repeat. Numbers of one client only grow. */
  take(clientId: string, inputSeq: number): boolean
}

/** Remembers the highest number of each of the last 256 clients. */
export function createInputLedger(): InputLedger {
  const highest = new Map<string, number>()
  return {
    take(clientId, inputSeq) {
      const seen = highest.get(clientId) ?? 0
      const isNew = inputSeq > seen
      // delete and set: a Map keeps insertion order, so the first key is the client that has been silent longest
      highest.delete(clientId)
      highest.set(clientId, Math.max(seen, inputSeq))
      if (highest.size > maxClients) highest.delete(highest.keys().next().value as string)
      return isNew
    },
  }
}
