// The store's events: a bounded history for watches that resume, and delivery to listeners in version order. Used by memory-store.ts only.
import { ApiError, type KubeObject, type WatchEvent } from './store.ts'

interface Entry {
  resource: string
  version: number
  event: WatchEvent
}
interface Listener {
  /** events up to this version were seen in the replay */
  from: number
  call(event: WatchEvent): void
}

/** Listeners are called inside push(); a push from within a listener is queued behind the events before it. */
export class EventLog {
  private readonly histories = new Map<string, { entries: Entry[]; lostUpTo: number }>()
  private readonly listeners = new Map<string, Set<Listener>>()
  private readonly queue: Entry[] = []
  private delivering = false
  constructor(private readonly limit: number) {}

  push(resource: string, version: number, event: WatchEvent): void {
    const entry = { resource, version, event }
    const history = this.historyOf(resource)
    history.entries.push(entry)
    if (history.entries.length > this.limit * 2) {
      const dropped = history.entries.splice(0, history.entries.length - this.limit)
      history.lostUpTo = dropped.at(-1)?.version ?? history.lostUpTo
    }
    this.queue.push(entry)
    if (!this.delivering) this.deliver()
  }

  watch(resource: string, version: number, call: (event: WatchEvent) => void, replay: () => KubeObject[]): () => void {
    const listener: Listener = { from: version, call }
    const set = this.listeners.get(resource) ?? new Set<Listener>()
    this.listeners.set(resource, set)
    const existing = replay()
    set.add(listener)
    // Writes made while replaying are held back, so that the listener sees the past before the present.
    const outer = this.delivering
    this.delivering = true
    try {
      for (const object of existing) call({ type: 'ADDED', object })
    } finally {
      this.delivering = outer
      if (!outer) this.deliver()
    }
    return () => void set.delete(listener)
  }

  /** The events after a version, then live ones, without a gap; throws Expired. */
  follow(resource: string, sinceVersion: string, current: number, call: (event: WatchEvent) => void): () => void {
    const missed = this.since(resource, sinceVersion, current)
    for (const event of missed) call(event)
    return this.watch(resource, current, call, () => [])
  }

  since(resource: string, sinceVersion: string, current: number): WatchEvent[] {
    const from = Number(sinceVersion)
    const { entries, lostUpTo } = this.historyOf(resource)
    if (!Number.isSafeInteger(from) || from < 0)
      throw new ApiError(
        400,
        'BadRequest',
        `Invalid value: "${sinceVersion}": strconv.ParseUint: parsing "${sinceVersion}": invalid syntax`,
      )
    if (from < lostUpTo) throw new ApiError(410, 'Expired', `too old resource version: ${from} (${current})`)
    return entries.filter((e) => e.version > from).map((e) => e.event)
  }

  private historyOf(resource: string) {
    const history = this.histories.get(resource) ?? { entries: [], lostUpTo: 0 }
    this.histories.set(resource, history)
    return history
  }

  private deliver(): void {
    this.delivering = true
    let failure: unknown
    try {
      for (let entry = this.queue.shift(); entry; entry = this.queue.shift()) {
        for (const listener of [...(this.listeners.get(entry.resource) ?? [])]) {
          if (entry.version <= listener.from || !this.listeners.get(entry.resource)?.has(listener)) continue
          try {
            listener.call(entry.event)
          } catch (error) {
            failure ??= error // the others still get the event; the writer hears of the first failure below
          }
        }
      }
    } finally {
      this.delivering = false
    }
    if (failure) reportLater(failure)
  }
}

/** A listener that throws is a bug of that listener, not of the writer: it surfaces as an uncaught exception of its own. */
function reportLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
