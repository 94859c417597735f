import { describe, expect, it } from 'vitest'
import { shortRule, type VipSettings, walkToService } from './virtual-ip.ts'

const walk = (change: Partial<VipSettings> = {}) => walkToService({ source: 'client', ask: 'http', replicas: 2, dice: 0, ...change })
const taken = (change?: Partial<VipSettings>) => walk(change).steps.flatMap((s) => (s.taken ? [s.chain.replace(/-[A-Z0-9]{16}$/, '')] : []))

describe('walkToService', () => {
  it('goes from chain to chain to a Pod', () => {
    expect(taken().slice(0, 3)).toEqual(['KUBE-SERVICES', 'KUBE-SVC', 'KUBE-SEP'])
    expect(walk()).toMatchObject({ end: 'sent', packet: { destination: '10.244.1.3', port: 8080 } })
  })
  it('takes the Pod that the dice mean', () => {
    const to = (dice: number) => walk({ replicas: 3, dice }).packet.destination
    expect([to(0), to(1), to(2)]).toEqual(['10.244.1.3', '10.244.1.5', '10.244.1.6'])
  })
  it('leaves a ping and another port alone', () => {
    for (const ask of ['ping', 'other'] as const)
      expect(walk({ ask })).toMatchObject({ end: 'untouched', packet: { destination: '10.96.71.12' } })
  })
  it('refuses when nobody is behind the address', () => expect(walk({ replicas: 0 }).end).toBe('refused'))
  it('lends the node’s address to strangers and to a Pod that meets itself', () => {
    expect(walk({ source: 'laptop' }).packet.source).toBe('10.244.1.1')
    expect(walk({ source: 'web' }).packet.source).toBe('10.244.1.1')
    expect(walk({ source: 'web', dice: 1 }).packet.source).toBe('10.244.1.3')
  })
  it('shows rules without their comments', () => {
    for (const { rule } of walk().steps) expect(shortRule(rule)).not.toMatch(/comment/)
  })
})
