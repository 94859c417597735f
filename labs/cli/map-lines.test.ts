import { expect, test } from 'vitest'
import type { MapInterface, NetworkMap } from '../spec/map.ts'
import { changeLine, formatRate, mapLines } from './map-lines.ts'

const one = (name: string, change: Partial<MapInterface> = {}): MapInterface => ({
  name,
  kind: 'veth',
  up: true,
  carrier: true,
  mtu: 1500,
  addresses: [],
  ...change,
})
const map: NetworkMap = {
  at: 0,
  places: [
    {
      place: 'node/worker',
      label: 'worker',
      group: 'node',
      address: '172.18.0.3',
      interfaces: [one('eth0', { addresses: ['172.18.0.3/16'] }), one('veth1', { up: false, carrier: false, master: 'cni0' })],
      routes: ['10.244.1.2 dev veth1 scope host'],
      rules: ['100: from all lookup 100'],
      leftOut: 7,
    },
    {
      place: 'pod/shop:web',
      label: 'shop/web',
      group: 'pod',
      node: 'node/worker',
      interfaces: [one('eth0')],
      routes: [],
      rules: [],
      unread: 'it is gone',
    },
    { place: 'pod/agent', label: 'agent', group: 'pod', node: 'node/worker', hostNetwork: true, interfaces: [], routes: [], rules: [] },
  ],
  links: [
    { from: { place: 'node/worker', interface: 'eth0' } },
    { from: { place: 'pod/shop:web', interface: 'eth0' }, to: { place: 'node/worker', interface: 'veth1' } },
  ],
}
const flow = { place: 'node/worker', interface: 'eth0', rxBytes: 1234, rxPackets: 3, txBytes: 20, txPackets: 1 }

test('every place with its interfaces, what they are wired to and carry, and its routes', () => {
  expect(mapLines(map, { at: 0, flows: [flow] })).toEqual([
    'worker  node  172.18.0.3',
    "  eth0   veth  172.18.0.3/16  up    the lab's network       in 1.2 kB/s, out 20 B/s",
    '  veth1  veth                 down  shop:web eth0, in cni0',
    '    10.244.1.2 dev veth1 scope host',
    '    rule 100: from all lookup 100',
    '    and 7 more',
    '',
    'pod/shop:web  on worker',
    '  not read: it is gone',
    '  eth0  veth    up  worker veth1',
    '',
    "pod/agent  on worker  on its node's own network",
  ])
})

test('a lab without a network says so', () => {
  expect(mapLines({ at: 0, places: [], links: [] }, undefined)).toEqual(['No nodes yet: the lab has no network now.'])
})

test('changes as lines', () => {
  const change = { place: 'node/worker', label: 'worker' }
  expect(changeLine({ ...change, what: 'route', how: 'gone', text: 'default dev eth0' })).toBe('worker  route gone  default dev eth0')
  expect(changeLine({ ...change, what: 'place', how: 'new', text: 'worker' })).toBe('worker  new')
  expect(changeLine({ ...change, what: 'state', how: 'gone', text: 'eth0 down' })).toBe('worker  no more  eth0 down')
})

test('rates have a unit that fits', () => {
  expect([0, 950, 1234, 99_999, 3_400_000].map(formatRate)).toEqual(['0 B/s', '950 B/s', '1.2 kB/s', '100.0 kB/s', '3.4 MB/s'])
})
