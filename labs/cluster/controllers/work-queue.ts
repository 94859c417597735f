// A queue of keys to reconcile: asked twice, done once; failed, tried again later. Every controller here has one.
import type { Clock } from '../../system/clock.ts'
import type { Log } from '../../system/log.ts'

export interface WorkQueue {
  /** Reconciles the key soon: after the store's current write and everything it triggers at once. */
  add(key: string): void
  /** The same, `ms` from now; an earlier wish for the same key stays. */
  addAfter(key: string, ms: number): void
  stop(): void
}
export interface WorkQueueOptions {
  /** of the controller, for the log */
  name: string
  clock: Clock
  log: Pick<Log, 'warn'>
  /** Brings the world closer to what the key's object asks for. Synchronous, as the store is; a throw means "again, later". */
  reconcile(key: string): void
}

const firstRetryMs = 10
const lastRetryMs = 30_000

/** Work runs from the event loop, never inside a store write, so that controllers cannot overflow each other's stacks. */
export function createWorkQueue({ name, clock, log, reconcile }: WorkQueueOptions): WorkQueue {
  const ready = new Set<string>()
  const later = new Map<string, { at: number; cancel(): void }>()
  const failures = new Map<string, number>()
  let immediate: NodeJS.Immediate | undefined
  let stopped = false

  function work(): void {
    immediate = undefined
    const keys = [...ready]
    ready.clear()
    for (const key of keys) {
      if (stopped) return
      try {
        reconcile(key)
        failures.delete(key)
      } catch (error) {
        const count = (failures.get(key) ?? 0) + 1
        failures.set(key, count)
        const ms = Math.min(firstRetryMs * 2 ** (count - 1), lastRetryMs)
        log.warn({ controller: name, key, retryMs: ms, error: String(error) }, 'reconciling failed')
        queue.addAfter(key, ms)
      }
    }
  }

  const queue: WorkQueue = {
    add(key) {
      if (stopped) return
      later.get(key)?.cancel()
      later.delete(key)
      ready.add(key)
      immediate ??= setImmediate(work)
    },
    addAfter(key, ms) {
      const at = clock.now() + ms
      const known = later.get(key)
      if (stopped || ready.has(key) || (known && known.at <= at)) return
      known?.cancel()
      const cancel = clock.after(ms, () => {
        later.delete(key)
        queue.add(key)
      })
      later.set(key, { at, cancel })
    },
    stop() {
      stopped = true
      if (immediate) clearImmediate(immediate)
      for (const { cancel } of later.values()) cancel()
      later.clear()
      ready.clear()
    },
  }
  return queue
}
