// Looks at the map of a cluster, and waits for it to be as wanted. Used by the map's tests on both runtimes.
import { expect } from 'vitest'
import type { Cluster } from '../../runtimes/runtime.ts'
import type { MapPlace, MapTraffic, NetworkMap } from '../../spec/map.ts'
import { parseTarget } from '../../spec/target.ts'
import { systemClock } from '../../system/clock.ts'
import { createMapWatch, type MapWatch, type MapWatchOptions } from '../map-watch.ts'

export interface Look {
  readonly map: NetworkMap
  place(name: string): MapPlace | undefined
  readonly traffic: MapTraffic[]
  end(): void
  /** Fails when the map has not become so within the time. */
  until(wanted: () => boolean, timeout?: number): Promise<void>
}
export interface Onlooker {
  look(): Promise<Look>
  /** Ends every look. */
  leave(): void
}

export async function runInPlace(
  cluster: Pick<Cluster, 'spawn'>,
  place: string,
  view: 'inside' | 'platform',
  ...argv: string[]
): Promise<string> {
  const process = await cluster.spawn(parseTarget(place), argv, { view })
  let output = ''
  process.onStdout((bytes) => {
    output += bytes
    process.ack(bytes.length)
  })
  process.onStderr((bytes) => process.ack(bytes.length))
  process.end()
  await process.exited
  return output
}

/** Looks at the map; `until` waits for a map that is as wanted, at most so long. */
async function look(watch: MapWatch, ends: (() => void)[]): Promise<Look> {
  let map: NetworkMap
  const traffic: MapTraffic[] = []
  const { first, end } = watch.watch({
    onMap(next) {
      map = next
    },
    onTraffic: (next) => traffic.push(next),
  })
  ends.push(end)
  map = await first
  const place = (name: string) => map.places.find((one) => one.place === name)
  return {
    get map() {
      return map
    },
    place,
    traffic,
    end,
    until: (wanted: () => boolean, timeout = 2000) => expect.poll(wanted, { timeout, interval: 20 }).toBe(true),
  }
}

/** `view` is labd's. */
export function createOnlooker(cluster: Cluster, view: MapWatchOptions['view']): Onlooker {
  const ends: (() => void)[] = []
  // while a cluster is made anew it has no places
  const watch = createMapWatch({ clock: systemClock, cluster: () => cluster, view, onError: () => {} })
  return {
    look: () => look(watch, ends),
    leave() {
      for (const end of ends.splice(0)) end()
    },
  }
}
