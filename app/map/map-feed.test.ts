import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { MapWatcher } from '../lab/lab-connection.ts'
import { en } from '../texts/en.ts'
import { sayChanges } from './map-announcer.tsx'
import { MapFeed, markedMs } from './map-feed.ts'
import { pod, recordedMap } from './recorded-map.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function follow() {
  const watchers: MapWatcher[] = []
  const stops: number[] = []
  const feed = new MapFeed({
    watchMap(_, watcher) {
      const n = watchers.push(watcher)
      return () => stops.push(n)
    },
  })
  const stop = feed.follow('aaaaaaaa')
  return { feed, stop, stops, watchers, lab: watchers[0] as MapWatcher }
}
const map = recordedMap()
const without = (place: string) => recordedMap({ places: map.places.filter((one) => one.place !== place) })
const withoutRoutes = recordedMap({ places: map.places.map((one) => (one.place === 'node/worker' ? { ...one, routes: [] } : one)) })

test('a change is marked for a while, and the first map is none', () => {
  const { feed, lab } = follow()
  lab.onMap(map)
  expect(feed.view.recent).toEqual([])
  lab.onMap(withoutRoutes)
  expect(feed.view.recent).toMatchObject([{ what: 'route', how: 'gone', place: 'node/worker' }])
  vi.advanceTimersByTime(markedMs - 1)
  expect(feed.view.recent).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(feed.view.recent).toEqual([])
})

test('each change has its own time', () => {
  const { feed, lab } = follow()
  lab.onMap(map)
  lab.onMap(withoutRoutes)
  vi.advanceTimersByTime(markedMs - 1000)
  lab.onMap(map)
  vi.advanceTimersByTime(1001)
  vi.advanceTimersByTime(markedMs)
  expect(feed.view.recent).toEqual([])
})

test('a pod that went stays for a while, unless it comes back', () => {
  const { feed, lab } = follow()
  lab.onMap(map)
  lab.onMap(without('pod/web'))
  expect(feed.view.gone.map(({ place }) => place)).toEqual(['pod/web'])
  lab.onMap(map)
  expect(feed.view.gone).toEqual([])
  lab.onMap(without('pod/web'))
  vi.advanceTimersByTime(markedMs)
  expect(feed.view.gone).toEqual([])
})

test('a lab that is made anew changes everywhere: nothing is marked', () => {
  const { feed, lab } = follow()
  lab.onMap(map)
  lab.onMap({ at: 0, places: [], links: [] })
  lab.onMap(map)
  expect(feed.view.recent).toEqual([])
  lab.onMap(recordedMap({ places: Array.from({ length: 30 }, (_, n) => pod(`p${n}`, 'worker', `10.244.1.${n}`)) }))
  expect([feed.view.recent, feed.view.gone]).toEqual([[], []])
})

test('who leaves is let go, and what was seen stays for when the same lab is looked at again', () => {
  const { feed, stop, stops, watchers } = follow()
  watchers[0]?.onMap(map)
  stop()
  expect(stops).toEqual([1])
  expect(feed.view.map).toEqual(map)
  feed.follow('aaaaaaaa')
  expect(feed.view.map).toEqual(map)
  feed.follow('bbbbbbbb')
  expect(feed.view.map).toBeUndefined()
})

test('a refusal is told, and forgotten with the next map', () => {
  const { feed, lab } = follow()
  lab.onRefused({ code: 'connection-lost', message: 'no' })
  expect(feed.view.refused?.message).toBe('no')
  lab.onMap(map)
  expect(feed.view.refused).toBeUndefined()
})

test('what is said: places before routes before the rest, three sentences at most', () => {
  const at = { place: 'node/worker', label: 'worker', at: 0 }
  const changes = [
    { ...at, what: 'interface' as const, how: 'new' as const, text: 'veth1' },
    { ...at, what: 'address' as const, how: 'new' as const, text: '10.244.1.1/32 veth1' },
    { ...at, what: 'route' as const, how: 'gone' as const, text: 'default dev eth0' },
    { ...at, what: 'place' as const, how: 'new' as const, label: 'web', text: 'web' },
  ]
  expect(sayChanges(changes, en)).toBe(
    'web is new. Route gone on worker: default dev eth0. New address on worker: 10.244.1.1/32 veth1. And 1 more change.',
  )
})
