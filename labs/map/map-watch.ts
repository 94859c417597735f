// Keeps the map of a lab up to date while somebody looks at it, and runs nothing when nobody does. Used by labd.
import type { Cluster, Place } from '../runtimes/runtime.ts'
import type { MapFlow, MapTraffic, NetworkMap } from '../spec/map.ts'
import type { Clock } from '../system/clock.ts'
import { composeMap, type KnownPlace, type PlaceFacts } from './compose-map.ts'
import { watchPlace } from './place-watch.ts'
import { readPodNodes } from './pod-nodes.ts'
import { flowsBetween, leastMs, type Reading } from './traffic.ts'

export interface MapListener {
  onMap(map: NetworkMap): void
  onTraffic(traffic: MapTraffic): void
}

export interface MapWatch {
  /** The map as it is, once every place was read or has had its time; then whatever changes. Call `end` to leave. */
  watch(listener: MapListener): { first: Promise<NetworkMap>; end(): void }
  stop(): void
}

export interface MapWatchOptions {
  clock: Clock
  /** nothing while there is none */
  cluster(): Cluster | undefined
  /** in the order and with the names that the lab shows them by */
  view(places: Place[]): Pick<PlaceFacts & { target: string }, 'target' | 'label' | 'group' | 'address'>[]
  onError(error: unknown): void
}

const lookMs = 1000
/** Changes that come together are one map. */
const gatherMs = 40
const trafficMs = 1000
const firstMs = 1500
/** one process each */
const mostPlaces = 64

interface Watched extends KnownPlace {
  cluster: Cluster
  end(): void
  reading?: Reading
  flows: MapFlow[]
}

export function createMapWatch({ clock, cluster, view, onError }: MapWatchOptions): MapWatch {
  const listeners = new Set<MapListener>()
  /** those who wait for their first map: they are not shown its parts */
  const waiting = new Map<MapListener, () => void>()
  const watched = new Map<string, Watched>()
  /** places in order; a pod on its node's network has no process */
  let facts: PlaceFacts[] = []
  let leftOut = 0
  let podNodes = new Map<string, Pick<PlaceFacts, 'node' | 'hostNetwork'>>()
  let looked = ''
  let map: NetworkMap = { at: clock.now(), places: [], links: [] }
  let told = ''
  let toldTraffic = ''
  let cancels: (() => void)[] = []
  let cancelTell: (() => void) | undefined

  const isWhole = () =>
    facts.length > 0 && facts.every((f) => f.hostNetwork || watched.get(f.place)?.report || watched.get(f.place)?.unread)

  function tell(): void {
    cancelTell = undefined
    const next = composeMap(
      facts.map((f) => ({ ...watched.get(f.place), facts: f })),
      leftOut,
    )
    const text = JSON.stringify(next)
    if (text !== told) {
      told = text
      map = { at: clock.now(), ...next }
      for (const listener of listeners) if (!waiting.has(listener)) listener.onMap(map)
    }
    if (isWhole()) release()
  }
  const changed = () => {
    cancelTell ??= clock.after(gatherMs, tell)
  }
  const release = () => {
    for (const resolve of waiting.values()) resolve()
  }

  function watchOne(current: Cluster, f: PlaceFacts): Watched {
    const one: Watched = { facts: f, cluster: current, flows: [], end: () => {} }
    one.end = watchPlace(current, f.place, {
      onReport(report) {
        one.report = report
        delete one.unread
        changed()
      },
      onCounters(counters) {
        const now = { at: clock.monotonicMs(), counters }
        if (one.reading && now.at - one.reading.at < leastMs) return
        one.flows = one.reading ? flowsBetween(f.place, one.reading, now) : []
        one.reading = now
      },
      onEnd(reason) {
        one.unread = reason
        one.flows = []
        changed()
      },
    })
    return one
  }

  /** A process for each place that has none, or whose own has ended; none for places that are gone. */
  function follow(current: Cluster): void {
    const wanted = new Map(facts.filter((f) => !f.hostNetwork).map((f) => [f.place, f]))
    for (const [place, one] of watched) {
      if (wanted.has(place)) continue
      one.end()
      watched.delete(place)
    }
    for (const [place, f] of wanted) {
      const one = watched.get(place)
      if (one && one.unread === undefined && one.cluster === current && one.facts.address === f.address) continue
      one?.end()
      const next = watchOne(current, f)
      // until it says something, what was seen before is shown
      if (one?.report) next.report = one.report
      if (one?.unread !== undefined) next.unread = one.unread
      watched.set(place, next)
    }
  }

  async function look(): Promise<void> {
    const current = cluster()
    if (!current) return
    const views = view(await current.places())
    const text = JSON.stringify(views)
    if (text !== looked) {
      podNodes = await readPodNodes(current)
      looked = text
    }
    if (listeners.size === 0) return // they left meanwhile
    facts = views.slice(0, mostPlaces).map(({ target, label, group, address }) => ({
      place: target,
      label,
      group,
      ...(address === undefined ? {} : { address }),
      ...podNodes.get(target),
    }))
    leftOut = views.length - facts.length
    follow(current)
    changed()
  }

  function tellTraffic(): void {
    const flows = facts.flatMap(({ place }) => watched.get(place)?.flows ?? [])
    const text = JSON.stringify(flows)
    if (text === toldTraffic) return
    toldTraffic = text
    for (const listener of listeners) listener.onTraffic({ at: clock.now(), flows })
  }

  function every(ms: number, work: () => void | Promise<void>): void {
    let cancel = () => {}
    let stopped = false
    const again = () => {
      cancel = clock.after(ms, () => void run())
    }
    const run = async () => {
      try {
        await work()
      } catch (error) {
        onError(error) // a lab that is being reset has no places for a moment
      }
      if (!stopped) again()
    }
    cancels.push(() => {
      stopped = true
      cancel()
    })
    void run()
  }

  function start(): void {
    every(lookMs, look)
    every(trafficMs, tellTraffic)
  }
  function pause(): void {
    for (const cancel of cancels) cancel()
    cancels = []
    cancelTell?.()
    cancelTell = undefined
    for (const one of watched.values()) one.end()
    watched.clear()
    facts = []
    looked = ''
    told = ''
    toldTraffic = ''
    release()
  }

  /** Resolves when every place was read, has had its time, or nobody reads any more. */
  function whole(listener: MapListener): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel()
        waiting.delete(listener)
        resolve()
      }
      const cancel = clock.after(firstMs, done)
      waiting.set(listener, done)
    })
  }

  return {
    watch(listener) {
      listeners.add(listener)
      if (listeners.size === 1) start()
      const first = cluster() && !isWhole() ? whole(listener).then(() => map) : Promise.resolve(map)
      return {
        first,
        end() {
          waiting.get(listener)?.()
          if (listeners.delete(listener) && listeners.size === 0) pause()
        },
      }
    },
    stop() {
      listeners.clear()
      pause()
    },
  }
}
