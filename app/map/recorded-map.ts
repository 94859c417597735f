// A small lab as its map: two workers, a pod on each, one in another namespace, an outside host. Used by the tests beside it.
import type { MapInterface, MapPlace, NetworkMap } from '../../labs/spec/map.ts'

export const wire = (name: string, change: Partial<MapInterface> = {}): MapInterface => ({
  name,
  kind: 'veth',
  up: true,
  carrier: true,
  mtu: 1500,
  addresses: [],
  ...change,
})

const loopback = wire('lo', { kind: 'loopback', addresses: ['127.0.0.1/8'] })

export function machine(place: string, address: string, change: Partial<MapPlace> = {}): MapPlace {
  const [kind = '', name = kind] = place.split('/')
  return {
    place,
    label: name,
    group: kind as MapPlace['group'],
    address,
    interfaces: [loopback, wire('eth0', { addresses: [`${address}/16`] })],
    routes: ['default via 172.18.0.1 dev eth0'],
    rules: [],
    ...change,
  }
}

export function pod(name: string, node: string, address: string, change: Partial<MapPlace> = {}): MapPlace {
  return {
    place: `pod/${name}`,
    label: name.replace(':', '/'),
    group: 'pod',
    node: `node/${node}`,
    address,
    interfaces: [loopback, wire('eth0', { addresses: [`${address}/24`] })],
    routes: [],
    rules: [],
    ...change,
  }
}

export const lanLink = (place: string) => ({ from: { place, interface: 'eth0' } })
export const podLink = (name: string, node: string) => ({
  from: { place: `pod/${name}`, interface: 'eth0' },
  to: { place: `node/${node}`, interface: `veth-${name.slice(0, 4)}` },
})

export const recordedMap = (change: Partial<NetworkMap> = {}): NetworkMap => ({
  at: 1_000_000,
  places: [
    machine('laptop', '172.18.0.50'),
    machine('node/worker', '172.18.0.3', {
      interfaces: [loopback, wire('eth0', { addresses: ['172.18.0.3/16'] }), wire('veth-clie', { addresses: ['10.244.1.1/32'] })],
    }),
    machine('node/worker2', '172.18.0.4', {
      interfaces: [loopback, wire('eth0', { addresses: ['172.18.0.4/16'] }), wire('veth-web'), wire('veth-shop')],
    }),
    machine('host/partner', '172.18.0.100'),
    pod('client', 'worker', '10.244.1.2'),
    pod('web', 'worker2', '10.244.2.3'),
    pod('shop:cart', 'worker2', '10.244.2.4'),
  ],
  links: [
    lanLink('laptop'),
    lanLink('node/worker'),
    lanLink('node/worker2'),
    lanLink('host/partner'),
    podLink('client', 'worker'),
    podLink('web', 'worker2'),
    podLink('shop:cart', 'worker2'),
  ],
  ...change,
})
