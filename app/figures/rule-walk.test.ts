import { describe, expect, it } from 'vitest'
import { renderIptables } from '../../labs/cluster/proxy/render.ts'
import { type Packet, parseRules, walkChain } from './rule-walk.ts'

const text = renderIptables({
  services: [
    {
      metadata: { name: 'web', namespace: 'default' },
      spec: { type: 'NodePort', clusterIP: '10.96.71.12', ports: [{ protocol: 'TCP', port: 80, nodePort: 30080 }] },
    },
    { metadata: { name: 'idle', namespace: 'default' }, spec: { clusterIP: '10.96.71.13', ports: [{ protocol: 'TCP', port: 80 }] } },
  ],
  endpointSlices: [
    {
      metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      ports: [{ name: '', protocol: 'TCP', port: 8080 }],
      endpoints: ['10.244.1.10', '10.244.2.10'].map((ip) => ({ addresses: [ip], nodeName: 'worker', conditions: { ready: true } })),
    },
  ],
  node: { name: 'worker', ip: '172.18.0.3', podCIDR: '10.244.1.0/24' },
  clusterCIDR: '10.244.0.0/16',
})
const nat = parseRules(text, 'nat')
const packet = (change: Partial<Packet> = {}): Packet => ({
  protocol: 'tcp',
  source: '10.244.1.2',
  destination: '10.96.71.12',
  port: 80,
  ...change,
})
const world = (first: boolean) => ({ local: ['172.18.0.3', '127.0.0.1'], dice: () => first })
const walk = (change?: Partial<Packet>, first = true) => walkChain(nat, 'KUBE-SERVICES', packet(change), world(first))

describe('walkChain over the rules of kube-proxy', () => {
  it('follows a ClusterIP to the Pod that the dice choose', () => {
    expect(walk()).toMatchObject({ verdict: 'DNAT', packet: { destination: '10.244.1.10', port: 8080, source: '10.244.1.2' } })
    expect(walk({}, false).packet.destination).toBe('10.244.2.10')
    expect(walk().packet.marked).toBeFalsy()
  })
  it('marks what comes from outside the Pods, and a Pod that meets itself', () => {
    expect(walk({ source: '172.18.0.100' }).packet.marked).toBe(true)
    expect(walk({ source: '10.244.1.10' }).packet.marked).toBe(true)
  })
  it('has no rule for another port, another protocol or a ping', () => {
    expect(walk({ port: 81 }).verdict).toBeUndefined()
    expect(walk({ protocol: 'udp' }).verdict).toBeUndefined()
    expect(walk({ protocol: 'icmp' }).verdict).toBeUndefined()
  })
  it('takes a node port on the node’s own address only', () => {
    expect(walk({ source: '172.18.0.100', destination: '172.18.0.3', port: 30080 })).toMatchObject({
      verdict: 'DNAT',
      packet: { marked: true },
    })
    expect(walk({ source: '172.18.0.100', destination: '172.18.0.9', port: 30080 }).verdict).toBeUndefined()
  })
  it('masquerades what is marked and returns the rest', () => {
    expect(walkChain(nat, 'KUBE-POSTROUTING', packet({ marked: true }), world(true)).verdict).toBe('MASQUERADE')
    expect(walkChain(nat, 'KUBE-POSTROUTING', packet(), world(true)).verdict).toBeUndefined()
  })
  it('refuses a Service without endpoints, in the filter table', () => {
    const filter = parseRules(text, 'filter')
    expect(walkChain(filter, 'KUBE-SERVICES', packet({ destination: '10.96.71.13' }), world(true)).verdict).toBe('REJECT')
  })
})
