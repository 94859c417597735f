import { describe, expect, test } from 'vitest'
import { readCounters, readState } from './place-report.ts'

const link = (change: object) => ({
  ifindex: 2,
  link_index: 6,
  ifname: 'eth0',
  flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
  mtu: 1500,
  operstate: 'UP',
  link_type: 'ether',
  address: '02:42:ac:12:00:32',
  link_netnsid: 0,
  linkinfo: { info_kind: 'veth' },
  addr_info: [
    { family: 'inet', local: '172.18.0.50', prefixlen: 16, scope: 'global' },
    { family: 'inet6', local: 'fe80::42:acff:fe12:32', prefixlen: 64, scope: 'link' },
  ],
  ...change,
})
const rules = '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n'
const state = (links: object[], { routes = '', routes6 = '', rule = rules } = {}) =>
  [`${JSON.stringify(links)}\n`, routes, routes6, rule].join('\u001f')

describe('the state of a place', () => {
  test('an interface with its addresses and what finds its other end', () => {
    expect(readState(state([link({})])).interfaces).toEqual([
      {
        name: 'eth0',
        kind: 'veth',
        up: true,
        carrier: true,
        mtu: 1500,
        mac: '02:42:ac:12:00:32',
        addresses: ['172.18.0.50/16'],
        index: 2,
        peerIndex: 6,
        peerElsewhere: true,
      },
    ])
  })

  test('up and carrier are two things; loopback has no MAC address to tell', () => {
    const loopback = {
      ifname: 'lo',
      link_type: 'loopback',
      linkinfo: undefined,
      flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
      link_netnsid: undefined,
    }
    const { interfaces } = readState(state([link({ flags: ['UP'] }), link({ flags: [] }), link(loopback)]))
    expect(interfaces.map(({ up, carrier }) => [up, carrier])).toEqual([
      [true, false],
      [false, false],
      [true, true],
    ])
    expect(interfaces[2]).toMatchObject({ kind: 'loopback', peerElsewhere: false })
    expect(interfaces[2]?.mac).toBeUndefined()
  })

  test('routes as they are printed, without the local table and what every IPv6 interface has', () => {
    const routes = [
      'default via 172.18.0.1 dev eth0 ',
      '10.9.0.0/16 proto static \\\tnexthop via 172.18.0.3 dev eth0 weight 1 \\\tnexthop via 172.18.0.4 dev eth0 weight 1 ',
      '10.7.0.0/16 via 172.18.0.9 dev eth0 table 100 ',
      'local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1 ',
    ].join('\n')
    const routes6 =
      'fe80::/64 dev eth0 proto kernel metric 256 pref medium\nfd00::/64 dev eth0 metric 1024 pref medium\nmulticast ff00::/8 dev eth0 table local\n'
    expect(readState(state([], { routes, routes6 })).routes).toEqual([
      'default via 172.18.0.1 dev eth0',
      '10.9.0.0/16 proto static nexthop via 172.18.0.3 dev eth0 weight 1 nexthop via 172.18.0.4 dev eth0 weight 1',
      '10.7.0.0/16 via 172.18.0.9 dev eth0 table 100',
      'fd00::/64 dev eth0 metric 1024 pref medium',
    ])
  })

  test('only rules that somebody added', () => {
    expect(readState(state([], { rule: `100:\tfrom 10.244.1.0/24 lookup 100\n${rules}` })).rules).toEqual([
      '100: from 10.244.1.0/24 lookup 100',
    ])
  })

  test('what a student writes without end is bounded, and told of', () => {
    const routes = Array.from({ length: 1000 }, (_, n) => `10.${n >> 8}.${n & 255}.0/24 dev eth0`).join('\n')
    const report = readState(state([link({ ifname: 'x'.repeat(5000) })], { routes }))
    expect(report.routes).toHaveLength(128)
    expect(report.leftOut).toBe(872)
    expect(report.interfaces[0]?.name).toHaveLength(300)
  })

  test('a name that would move a terminal’s cursor does not', () => {
    expect(readState(state([link({ ifname: 'a\u001b[2Jb' })])).interfaces[0]?.name).toBe('a·[2Jb')
  })

  test('something else than ip prints is refused', () => {
    expect(() => readState('not json')).toThrow()
    expect(() => readState('[{"ifname":"eth0"}]')).toThrow()
  })
})

test('counters, also of a name with a colon, and lines that are none', () => {
  const text = [
    '    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0',
    '  a:b0:    3406      43    0    0    0     0          0         0      656       8    0    0    0     0       0          0',
    'nothing',
    '  eth1: 1 x 2 3 4 5 6 7 8 9 10',
  ].join('\n')
  expect([...readCounters(text)]).toEqual([
    ['lo', { rxBytes: 0, rxPackets: 0, txBytes: 0, txPackets: 0 }],
    ['a:b0', { rxBytes: 3406, rxPackets: 43, txBytes: 656, txPackets: 8 }],
  ])
})
