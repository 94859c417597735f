import { describe, expect, it } from 'vitest'
import { choose, type Needs } from './choosing.ts'
import { rulesRead } from './nearby.ts'

const needs: Needs = { kernel: '6.8', place: 'own', policy: 'none', mesh: 'none' }
const fitting = (change: Partial<Needs>) => {
  const choice = choose({ ...needs, ...change }, 100)
  const names = (list: { name: string; obstacle?: string }[]) => list.filter((c) => !c.obstacle).map((c) => c.name)
  return { networks: names(choice.networks), rules: names(choice.rules), meshes: names(choice.meshes), link: choice.link }
}

describe('choose', () => {
  it('leaves everything open to who asks for nothing and has a new kernel', () => {
    expect(fitting({})).toEqual({
      networks: ['flannel', 'calico', 'cilium'],
      rules: ['iptables', 'nftables', 'socket'],
      meshes: [],
      link: 'netkit-possible',
    })
  })
  it('knows the kernels', () => {
    expect(fitting({ kernel: '5.4' })).toMatchObject({ networks: ['flannel', 'calico'], rules: ['iptables'], link: 'veth' })
    expect(fitting({ kernel: '5.10' })).toMatchObject({ rules: ['iptables', 'socket'], link: 'veth' })
    expect(fitting({ kernel: '5.15' })).toMatchObject({ rules: ['iptables', 'nftables', 'socket'], link: 'veth' })
    expect(choose({ ...needs, kernel: '5.4' }, 100).networks[2]).toEqual({ name: 'cilium', obstacle: 'kernel', wants: '5.10' })
  })
  it('a policy excludes Flannel, and one for requests needs Cilium or a mesh that reads them', () => {
    expect(fitting({ policy: 'addresses' }).networks).toEqual(['calico', 'cilium'])
    expect(fitting({ policy: 'requests' }).networks).toEqual(['cilium'])
    expect(fitting({ policy: 'requests', mesh: 'identity' }).networks).toEqual(['cilium'])
    expect(fitting({ policy: 'requests', mesh: 'requests' }).networks).toEqual(['calico', 'cilium'])
  })
  it('some clouds have chosen', () => {
    expect(fitting({ place: 'gke' })).toMatchObject({ networks: ['cilium'], rules: ['socket'], link: 'veth' })
    expect(fitting({ place: 'eks' })).toMatchObject({ networks: [], rules: ['iptables', 'nftables'] })
    expect(choose({ ...needs, place: 'eks', policy: 'addresses' }, 100).networks.map((n) => n.obstacle)).toEqual([
      'no-policy',
      'unsupported',
      'unsupported',
    ])
  })
  it('a list grows with the Services, a map and a socket do not', () => {
    const asks = (services: 10 | 500) => choose(needs, rulesRead(services)).rules.map((r) => r.asks)
    const [few, many] = [asks(10), asks(500)]
    expect((many[0] ?? 0) - (few[0] ?? 0)).toBe(490)
    expect([few.slice(1), many.slice(1)]).toEqual([
      [1, 0],
      [1, 0],
    ])
  })
  it('looking at requests costs ambient a third proxy', () => {
    expect(choose({ ...needs, mesh: 'identity' }, 100).meshes.map((m) => m.proxies)).toEqual([2, 2, 2])
    expect(choose({ ...needs, mesh: 'requests' }, 100).meshes.map((m) => m.proxies)).toEqual([2, 2, 3])
  })
})
