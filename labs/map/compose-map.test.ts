import { expect, test } from 'vitest'
import { composeMap, type KnownPlace } from './compose-map.ts'
import type { PlaceReport, ReadInterface } from './place-report.ts'

const veth = (name: string, index: number, peerIndex: number, change: Partial<ReadInterface> = {}): ReadInterface => ({
  name,
  kind: 'veth',
  up: true,
  carrier: true,
  mtu: 1500,
  addresses: [],
  index,
  peerIndex,
  peerElsewhere: true,
  ...change,
})
const report = (...interfaces: ReadInterface[]): PlaceReport => ({ interfaces, routes: [], rules: [], leftOut: 0 })
const node = (name: string, ...interfaces: ReadInterface[]): KnownPlace => ({
  facts: { place: `node/${name}`, label: name, group: 'node' },
  report: report(...interfaces),
})
const pod = (name: string, on: string, ...interfaces: ReadInterface[]): KnownPlace => ({
  facts: { place: `pod/${name}`, label: name, group: 'pod', node: `node/${on}` },
  report: report(...interfaces),
})

test('the ends of a veth pair find each other on the pod’s own node, though another node has the same numbers', () => {
  const places = [
    node('worker', veth('eth0', 2, 9), veth('veth1', 4, 2)),
    node('worker2', veth('eth0', 2, 11), veth('veth2', 4, 2)),
    pod('a', 'worker', veth('eth0', 2, 4)),
    pod('b', 'worker2', veth('eth0', 2, 4)),
  ]
  expect(composeMap(places, 0).links).toEqual([
    { from: { place: 'node/worker', interface: 'eth0' } },
    { from: { place: 'node/worker2', interface: 'eth0' } },
    { from: { place: 'pod/a', interface: 'eth0' }, to: { place: 'node/worker', interface: 'veth1' } },
    { from: { place: 'pod/b', interface: 'eth0' }, to: { place: 'node/worker2', interface: 'veth2' } },
  ])
})

test('a pod whose link was taken away has none, and the node’s other end is no way to the network', () => {
  const places = [node('worker', veth('eth0', 2, 9), veth('veth1', 4, 2)), pod('a', 'worker')]
  expect(composeMap(places, 0).links).toEqual([{ from: { place: 'node/worker', interface: 'eth0' } }])
})

test('a veth pair inside one namespace is no link', () => {
  const inside = { peerElsewhere: false }
  const places = [node('worker', veth('eth1', 5, 6, inside), veth('eth2', 6, 5, inside)), pod('a', 'worker', veth('eth0', 6, 5, inside))]
  expect(composeMap(places, 0).links).toEqual([])
})

test('a place that cannot be read says so and keeps what was last seen; numbers of the kernel do not leave', () => {
  const { places, leftOut } = composeMap([{ ...node('worker', veth('eth0', 2, 9)), unread: 'it is gone' }], 3)
  expect(places[0]).toEqual({
    place: 'node/worker',
    label: 'worker',
    group: 'node',
    interfaces: [{ name: 'eth0', kind: 'veth', up: true, carrier: true, mtu: 1500, addresses: [] }],
    routes: [],
    rules: [],
    unread: 'it is gone',
  })
  expect(leftOut).toBe(3)
})
