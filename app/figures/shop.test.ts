import { describe, expect, it } from 'vitest'
import { kindnet } from '../../labs/cluster/cni/shapes/kindnet.ts'
import type { Packet } from './rule-walk.ts'
import { agentRules, passNode, type ShopService } from './shop.ts'

const stock: ShopService = {
  name: 'stock',
  clusterIP: '10.96.120.221',
  nodePort: 30080,
  pods: [{ ip: '10.244.2.2', node: 'worker2' }],
}
const packet = (source: string, destination: string, port: number): Packet => ({ protocol: 'tcp', source, destination, port })
const pass = (...args: Parameters<typeof packet>) => passNode('worker', [stock], packet(...args), () => true)

describe('passNode', () => {
  it('knows the rules that the agent writes', () => {
    const rules = kindnet.rules({} as never).find((r) => r.chain === 'KIND-MASQ-AGENT')?.rules
    expect(agentRules.split('\n').filter((l) => l.startsWith('-A'))).toEqual(rules)
  })
  it('keeps the source between Pods and lends the node’s address outside', () => {
    expect(pass('10.244.1.2', '10.244.2.2', 8080)).toMatchObject({ packet: { source: '10.244.1.2' }, verdicts: [] })
    expect(pass('10.244.1.2', '10.96.120.221', 80).packet).toMatchObject({ source: '10.244.1.2', destination: '10.244.2.2', port: 8080 })
    expect(pass('10.244.1.2', '172.18.0.100', 80)).toMatchObject({ packet: { source: '172.18.0.3' }, verdicts: ['MASQUERADE'] })
  })
  it('takes strangers in by a node port under the address of its link', () => {
    expect(pass('172.18.0.100', '172.18.0.3', 30080).packet).toMatchObject({ source: '172.18.0.3', destination: '10.244.2.2' })
    const there = passNode('worker2', [stock], packet('172.18.0.100', '172.18.0.4', 30080), () => true)
    expect(there.packet.source).toBe('10.244.2.1')
  })
  it('drops at a node without a Pod when the policy is Local, and keeps the caller’s address where there is one', () => {
    const local: ShopService = { ...stock, externalTrafficPolicy: 'Local' }
    const at = (node: 'worker' | 'worker2', ip: string) => passNode(node, [local], packet('172.18.0.100', ip, 30080), () => true)
    expect(at('worker', '172.18.0.3').verdicts.at(-1)).toBe('DROP')
    expect(at('worker2', '172.18.0.4').packet).toMatchObject({ source: '172.18.0.100', destination: '10.244.2.2' })
  })
  it('refuses when there is no Pod anywhere', () => {
    const empty = passNode('worker', [{ ...stock, pods: [] }], packet('10.244.1.2', '10.96.120.221', 80), () => true)
    expect(empty.verdicts).toEqual(['REJECT'])
  })
})
