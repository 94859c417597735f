import { describe, expect, test } from 'vitest'
import { en } from '../texts/en.ts'
import { mapItems, rateText, sharedNetwork } from './map-items.ts'
import { machine, pod, recordedMap, wire } from './recorded-map.ts'

const map = recordedMap()
const itemOf = (given: typeof map, place: string) => mapItems(given, [], undefined, en).find((item) => item.place.place === place)
const changed = (place: string, change: object) =>
  recordedMap({ places: map.places.map((one) => (one.place === place ? { ...one, ...change } : one)) })
const written = (given: typeof map, place: string) => itemOf(given, place)?.lines.map(({ text }) => text)

test('a place has its name and the address that ip shows now, not the one it was given', () => {
  expect(itemOf(map, 'pod/shop:cart')).toMatchObject({ name: 'shop/cart', address: '10.244.2.4', lines: [] })
  const moved = changed('node/worker', { interfaces: [wire('eth0', { addresses: ['172.18.0.33/16'] })] })
  expect(itemOf(moved, 'node/worker')?.address).toBe('172.18.0.33')
  expect(itemOf(changed('node/worker', { interfaces: [wire('eth0')] }), 'node/worker')?.address).toBe('no address')
})

describe('lines', () => {
  test('interfaces besides the usual, more addresses, and links that are not up', () => {
    const interfaces = [
      wire('eth0', { addresses: ['172.18.0.3/16', '192.0.2.7/32'], carrier: false }),
      wire('veth-clie', { up: false, carrier: false }),
      wire('cni0', { kind: 'bridge', addresses: ['10.9.9.1/24'] }),
    ]
    expect(written(changed('node/worker', { interfaces }), 'node/worker')).toEqual([
      'eth0 192.0.2.7/32 no carrier',
      'veth-clie down',
      'cni0 10.9.9.1',
    ])
  })

  test('a pod without its link, and a place that could not be read', () => {
    expect(written({ ...map, links: [] }, 'pod/web')).toEqual(['eth0 10.244.2.3', 'no link to its node'])
    expect(written(changed('pod/web', { unread: 'it is gone' }), 'pod/web')).toEqual(['could not be read'])
  })

  test('pods on the node’s own network are counted', () => {
    const guest = pod('proxy', 'worker', '172.18.0.3', { hostNetwork: true, interfaces: [] })
    expect(written(recordedMap({ places: [...map.places, guest] }), 'node/worker')).toEqual(['1 pod on this network'])
  })
})

test('a pod that went stands where it was', () => {
  const names = mapItems(map, [pod('api', 'worker2', '10.244.2.9')], undefined, en).map(({ name }) => name)
  expect(names.indexOf('api')).toBe(names.indexOf('web') - 1)
  expect(mapItems(map, [machine('host/bank', '172.18.0.7')], undefined, en).at(-1)).toMatchObject({ name: 'bank', gone: true })
})

test('the shared network is that of most addresses', () => {
  expect(sharedNetwork(map)).toBe('172.18.0.0/16')
  expect(sharedNetwork(changed('node/worker', { interfaces: [wire('eth0', { addresses: ['10.0.0.9/20'] })] }))).toBe('172.18.0.0/16')
  const odd = recordedMap({
    places: [machine('laptop', '192.168.77.9', { interfaces: [wire('eth0', { addresses: ['192.168.77.9/20'] })] })],
  })
  expect(sharedNetwork(odd)).toBe('192.168.64.0/20')
  expect(sharedNetwork({ ...map, links: [] })).toBeUndefined()
})

test('rates', () => {
  expect([5, 1500, 2_500_000].map(rateText)).toEqual(['5 B/s', '1.5 kB/s', '2.5 MB/s'])
})
