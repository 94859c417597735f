import { expect, test } from 'vitest'
import { type Identity, sortIntoLegs, tracesOf } from './legs.ts'
import type { PacketSeen, TraceSeen } from './witness.ts'

let n = 0
const packet = (change: Partial<PacketSeen>): PacketSeen => ({
  e: 'packet',
  t: ++n,
  n,
  place: 'pod/client',
  interface: 'eth0',
  dir: 'out',
  proto: 'tcp',
  from: '10.244.1.2',
  to: '10.96.0.7',
  sport: 61_001,
  dport: 80,
  flags: 'SYN',
  seq: 1000,
  length: 60,
  ...change,
})
const tcp: Identity = { from: 'pod/client', protocol: 'tcp', port: 61_001 }

test('TCP: the sequence number leads through rewriting of both addresses and of the port', () => {
  const legs = sortIntoLegs(
    [
      packet({}),
      packet({ place: 'node/worker', dir: 'in' }),
      packet({ place: 'node/worker', from: '172.18.0.3', sport: 4711, to: '10.244.2.9', dport: 8080 }),
      packet({
        place: 'pod/web',
        dir: 'out',
        from: '10.244.2.9',
        sport: 8080,
        to: '172.18.0.3',
        dport: 4711,
        flags: 'SYN,ACK',
        seq: 9,
        ack: 1001,
      }),
      packet({ dir: 'in', from: '10.244.2.9', sport: 8080, to: '10.244.1.2', dport: 61_001, flags: 'SYN,ACK', seq: 9, ack: 1001 }),
      packet({ to: '10.244.2.9', dport: 8080, flags: 'RST', seq: 1001 }),
      packet({ place: 'node/worker', from: '10.1.1.1', seq: 77, sport: 5 }),
    ],
    [],
    tcp,
  )
  expect(legs.request.map((p) => `${p.place} ${p.dir}`)).toEqual(['pod/client out', 'node/worker in', 'node/worker out'])
  expect(legs.reply.map((p) => p.place)).toEqual(['pod/web', 'pod/client'])
  expect(legs.reset).toHaveLength(1)
})

test('a node’s own packet that left with another port is known by its id', () => {
  const trace = { e: 'trace', t: 0, n: 0, id: 1, family: 'ip', table: 'nat', chain: 'OUTPUT', type: 'policy', verdict: 'accept' } as const
  const traces: TraceSeen[] = [{ ...trace, place: 'node/worker', sport: 61_001, ipid: 42, from: '172.18.0.3', to: '10.96.0.7' }]
  const legs = sortIntoLegs([packet({ place: 'node/worker', sport: 9999, id: 42 })], traces, { ...tcp, from: 'node/worker' })
  expect(legs.request).toHaveLength(1)
})

test('a frame for another MAC is no arrival', () => {
  const legs = sortIntoLegs([packet({}), packet({ place: 'node/worker2', dir: 'other' })], [], tcp)
  expect(legs.request).toHaveLength(1)
  expect(legs.astray.map((p) => p.place)).toEqual(['node/worker2'])
})

test('UDP: an answer without the tag is the request’s addresses turned round; an ICMP error quotes the request', () => {
  const udp: Partial<PacketSeen> = { proto: 'udp', flags: undefined, seq: undefined }
  const request = packet({ ...udp, tag: true })
  const error = packet({ proto: 'icmp', place: 'pod/web', from: '10.96.0.7', to: '10.244.1.2', sport: undefined, dport: undefined })
  const inner = { from: '10.244.1.2', to: '10.96.0.7', proto: 'udp' as const, sport: 61_001, dport: 80 }
  const legs = sortIntoLegs(
    [
      request,
      packet({ ...udp, dir: 'in', from: '10.96.0.7', sport: 80, to: '10.244.1.2', dport: 61_001 }),
      { ...error, icmp: { type: 3, code: 3, inner } },
    ],
    [],
    { ...tcp, protocol: 'udp' },
  )
  expect([legs.request.length, legs.reply.length, legs.error.length]).toEqual([1, 1, 1])
})

test('rules are those of this packet, not of a later one of the connection', () => {
  const legs = sortIntoLegs([packet({ id: 5 })], [], tcp)
  const trace = {
    e: 'trace',
    t: 0,
    id: 1,
    place: 'node/worker',
    family: 'ip',
    table: 'nat',
    chain: 'PREROUTING',
    type: 'policy',
    verdict: 'accept',
  } as const
  const ours = { ...trace, n: 1, from: '10.244.1.2', sport: 61_001, to: '10.96.0.7', dport: 80, ipid: 5 }
  expect(tracesOf([ours, { ...ours, n: 2, ipid: 6 }, { ...ours, n: 3, from: '10.9.9.9', to: '10.8.8.8' }], legs.request, legs)).toEqual([
    ours,
  ])
})
