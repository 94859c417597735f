// How much went through an interface per second, from two readings of its counters. Pure; used by map-watch.ts.
import type { MapFlow } from '../spec/map.ts'
import type { Counters } from './place-report.ts'

export interface Reading {
  /** of a clock that never goes back, ms */
  at: number
  counters: ReadonlyMap<string, Counters>
}

const names = ['rxBytes', 'rxPackets', 'txBytes', 'txPackets'] as const

/** Readings closer to each other say little about a second. */
export const leastMs = 500

/** An interface that is new, or was made again (its counters went back), has carried nothing yet that could be told. */
export function flowsBetween(place: string, before: Reading, after: Reading): MapFlow[] {
  const seconds = (after.at - before.at) / 1000
  return [...after.counters].flatMap(([name, now]): MapFlow[] => {
    const then = before.counters.get(name)
    if (!then || names.some((n) => now[n] < then[n]) || names.every((n) => now[n] === then[n])) return []
    const perSecond = (n: (typeof names)[number]) => Math.ceil((now[n] - then[n]) / seconds)
    const [rxBytes, rxPackets, txBytes, txPackets] = [
      perSecond('rxBytes'),
      perSecond('rxPackets'),
      perSecond('txBytes'),
      perSecond('txPackets'),
    ]
    return [{ place, interface: name, rxBytes, rxPackets, txBytes, txPackets }]
  })
}
