// The places that can be entered now, looked up again while someone watches: pods come and go. Used by lab.ts.
import type { Place } from '../runtimes/runtime.ts'
import type { Clock } from '../system/clock.ts'
import { type TargetView, viewTargets } from './targets.ts'

const everyMs = 1000

export interface PlaceList {
  views(): TargetView[]
  /** Looks now; resolves when views() is up to date. */
  refresh(): Promise<void>
  /** Keeps looking every second while watched. */
  watch(watched: boolean): void
  stop(): void
}

/** `look` gives nothing while there is no cluster. A failed look keeps the former list. */
export function createPlaceList(
  clock: Clock,
  look: () => Promise<Place[]> | undefined,
  callbacks: { onChange(): void; onError(error: unknown): void },
): PlaceList {
  let list: TargetView[] = []
  let cancel: (() => void) | undefined

  async function refresh(): Promise<void> {
    try {
      const places = await look()
      if (!places) return
      const next = viewTargets(places)
      if (JSON.stringify(next) === JSON.stringify(list)) return
      list = next
      callbacks.onChange()
    } catch (error) {
      callbacks.onError(error)
    }
  }
  function stop(): void {
    cancel?.()
    cancel = undefined
  }
  function schedule(): void {
    const mine = clock.after(everyMs, () => void refresh().then(() => cancel === mine && schedule()))
    cancel = mine
  }

  return {
    views: () => list,
    refresh,
    watch(watched) {
      if (!watched) stop()
      else if (!cancel) schedule()
    },
    stop,
  }
}
