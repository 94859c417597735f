import { expect, test } from 'vitest'
import { planRules } from './render.ts'
import { service, slice } from './samples.ts'
import { deleteFlows, parseUdpEntries, staleUdpFlows, udpSignature } from './udp-conntrack.ts'

const plan = (endpoints: string[]) =>
  planRules({
    services: [
      service('dns', {
        type: 'NodePort',
        clusterIP: '10.96.0.10',
        externalIPs: ['203.0.113.9'],
        ports: [{ protocol: 'UDP', port: 53, nodePort: 30053 }],
      }),
      service('web', { clusterIP: '10.96.0.11' }),
    ],
    endpointSlices: [
      slice(
        'dns',
        endpoints.map((ip) => ({ ip })),
        { protocol: 'UDP', port: 53 },
      ),
      slice('web', [{ ip: '10.244.1.9' }]),
    ],
    node: { name: 'worker', ip: '172.18.0.3' },
    clusterCIDR: '10.244.0.0/16',
  })
const entry = (destination: string, port: number, reply: string): string =>
  `udp      17 25 src=10.244.1.7 dst=${destination} sport=40000 dport=${port} [UNREPLIED] src=${reply} dst=10.244.1.7 sport=53 dport=40000 mark=0 use=1`
const listing = [
  entry('10.96.0.10', 53, '10.244.0.2'), // to an endpoint
  entry('10.96.0.10', 53, '10.244.0.99'), // to a pod that is gone
  entry('10.96.0.10', 53, '10.244.0.99').replaceAll('40000', '40001'), // the same from another port
  entry('10.96.0.10', 53, '10.96.0.10'), // from a time without rules
  entry('203.0.113.9', 53, '10.244.0.99'),
  entry('172.18.0.3', 30053, '10.244.0.99'),
  entry('10.96.0.10', 5353, '10.244.0.99'), // another port: not this service
  entry('10.244.9.9', 53, '10.244.9.9'), // no service at all
  'tcp      6 86397 ESTABLISHED src=10.244.1.7 dst=10.96.0.11 sport=4 dport=80 src=10.244.0.99 dst=10.244.1.7 sport=80 dport=4 [ASSURED] mark=0 use=1',
].join('\n')

test('entries whose answers come from no endpoint are stale, on every address of the service', () => {
  const stale = staleUdpFlows(plan(['10.244.0.2']), parseUdpEntries(listing))
  expect(stale.map((flow) => `${flow.destination}:${flow.destinationPort} ${flow.replySource}`)).toEqual([
    '10.96.0.10:53 10.244.0.99',
    '10.96.0.10:53 10.96.0.10',
    '203.0.113.9:53 10.244.0.99',
    '172.18.0.3:30053 10.244.0.99',
  ])
  expect(stale[0] && deleteFlows(stale[0]).join(' ')).toBe('conntrack -D -p udp --orig-dst 10.96.0.10 --dport 53 --reply-src 10.244.0.99')
})

test('a service scaled to zero keeps its entries, as upstream', () => {
  expect(staleUdpFlows(plan([]), parseUdpEntries(listing))).toEqual([])
})

test('the signature changes with UDP endpoints only', () => {
  expect(udpSignature(plan(['10.244.0.2', '10.244.0.3']))).toBe(udpSignature(plan(['10.244.0.3', '10.244.0.2'])))
  expect(udpSignature(plan(['10.244.0.2']))).not.toBe(udpSignature(plan(['10.244.0.3'])))
})
