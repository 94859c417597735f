import { expect, test } from 'vitest'
import type { MapInterface, MapPlace, NetworkMap } from './map.ts'
import { mapChanges } from './map-changes.ts'

const eth0 = (change: Partial<MapInterface> = {}): MapInterface => ({
  name: 'eth0',
  kind: 'veth',
  up: true,
  carrier: true,
  mtu: 1500,
  addresses: ['172.18.0.3/16'],
  ...change,
})
const place = (name: string, change: Partial<MapPlace> = {}): MapPlace => ({
  place: name,
  label: name.replace(/^\w+\//, ''),
  group: 'node',
  interfaces: [eth0()],
  routes: ['default via 172.18.0.1 dev eth0'],
  rules: [],
  ...change,
})
const map = (...places: MapPlace[]): NetworkMap => ({ at: 0, places, links: [] })
const told = (before: NetworkMap, after: NetworkMap) =>
  mapChanges(before, after).map(({ label, what, how, text }) => `${label} ${what} ${how} ${text}`)

test('nothing, when nothing changed', () => {
  expect(told(map(place('node/worker')), map(place('node/worker')))).toEqual([])
})

test('a route that went and one that came', () => {
  const after = map(place('node/worker', { routes: ['10.244.2.0/24 via 172.18.0.4 dev eth0'] }))
  expect(told(map(place('node/worker')), after)).toEqual([
    'worker route gone default via 172.18.0.1 dev eth0',
    'worker route new 10.244.2.0/24 via 172.18.0.4 dev eth0',
  ])
})

test('an address names its interface; a state is told only where it is not the usual one', () => {
  const down = map(place('node/worker', { interfaces: [eth0({ up: false, carrier: false, addresses: [] })] }))
  expect(told(map(place('node/worker')), down)).toEqual(['worker address gone 172.18.0.3/16 eth0', 'worker state new eth0 down'])
  const half = map(place('node/worker', { interfaces: [eth0({ carrier: false, addresses: [] })] }))
  expect(told(down, half)).toEqual(['worker state gone eth0 down', 'worker state new eth0 no carrier'])
})

test('a pod that came or went is one change, whatever it has', () => {
  expect(told(map(place('node/worker'), place('pod/a')), map(place('node/worker'), place('pod/b')))).toEqual([
    'a place gone a',
    'b place new b',
  ])
})

test('a place that was read for the first time has not changed', () => {
  expect(told(map(place('pod/a', { interfaces: [], routes: [] })), map(place('pod/a')))).toEqual([])
})
