import { expect, test } from 'vitest'
import { witnessArguments } from './witness.ts'
import { parseWitnessLine } from './witness-lines.ts'

const packet = {
  ...{
    e: 'packet',
    t: 1795690962342274,
    n: 15,
    interface: 'eth0',
    dir: 'out',
    mac: { from: '0a:00:00:00:00:01', to: '0a:00:00:00:00:02' },
  },
  ...{ proto: 'tcp', from: '10.244.1.5', to: '10.96.0.20', ttl: 64, id: 14975, length: 60 },
  ...{ sport: 33000, dport: 80, flags: 'SYN', seq: 4294967295, ack: 0 },
}
const trace = {
  ...{ e: 'trace', t: 1795690962342324, n: 0, id: 1016241322, family: 'ip', table: 'nat', chain: 'PREROUTING', handle: 23, type: 'rule' },
  ...{ verdict: 'jump', target: 'KUBE-SERVICES', iif: 'eth0', proto: 'tcp', from: '10.244.1.5', to: '10.96.0.20', ipid: 14975 },
}
const error = {
  ...{ e: 'packet', t: 1, n: 2, interface: 'eth0', dir: 'in', proto: 'icmp', from: '172.18.0.3', to: '10.244.1.5', length: 88, tag: false },
  icmp: { type: 3, code: 4, mtu: 1400, inner: { proto: 'udp', from: '10.244.1.5', to: '10.244.2.7', sport: 33000, dport: 53 } },
  outer: { proto: 'vxlan', id: 7, from: '172.18.0.3', to: '172.18.0.4' },
}
const arp = {
  ...{ e: 'packet', t: 1, n: 3, interface: 'eth0', dir: 'flood', proto: 'arp', from: '172.18.0.3', to: '172.18.0.4', length: 28 },
  arp: { op: 'request', mac: '0a:00:00:00:00:01', ip: '172.18.0.3', target: '172.18.0.4' },
}

test.each([
  ['a packet', packet],
  ['a trace event', trace],
  [
    'the policy at the end of a base chain',
    { ...trace, handle: undefined, type: 'policy', verdict: 'drop', policy: 'drop', target: undefined },
  ],
  ['an ICMP error in vxlan', error],
  ['an ARP request', arp],
  ['readiness', { e: 'ready' }],
  ['readiness without tracing', { e: 'ready', trace: false, reason: 'Operation not permitted' }],
  ['the end', { e: 'end', dropped: 0, traceLost: 3 }],
])('%s is read as it is', (_, line) => {
  expect(parseWitnessLine(JSON.stringify(line))).toEqual(JSON.parse(JSON.stringify(line)))
})

test.each([
  ['nothing', ''],
  ['half a line', JSON.stringify(packet).slice(0, 40)],
  ['another kind', '{"e":"hello"}'],
  ['no object', '[]'],
  ['a direction that is none', JSON.stringify({ ...packet, dir: 'up' })],
  ['a packet without addresses', JSON.stringify({ ...packet, from: undefined })],
  ['a verdict that is none', JSON.stringify({ ...trace, verdict: 'maybe' })],
])('%s is no line', (_, line) => {
  expect(parseWitnessLine(line)).toBeUndefined()
})

test('a filter on the command line', () => {
  expect(witnessArguments({ protocol: 'tcp', port: 33000, masqueraded: { from: ['172.18.0.3', '172.18.0.4'], ports: [8080] } })).toEqual([
    ...['--protocol', 'tcp', '--vxlan-port', '8472', '--port', '33000'],
    ...['--also-saddr', '172.18.0.3', '--also-saddr', '172.18.0.4', '--also-dport', '8080'],
  ])
  expect(witnessArguments({ protocol: 'icmp', tag: Buffer.from('ab') })).toEqual([
    ...['--protocol', 'icmp', '--vxlan-port', '8472', '--tag', '6162'],
  ])
})
