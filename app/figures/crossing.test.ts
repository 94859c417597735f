import { describe, expect, it } from 'vitest'
import { birdConfig, calico } from '../../labs/cluster/cni/shapes/calico.ts'
import { flannelVxlan } from '../../labs/cluster/cni/shapes/flannel-vxlan.ts'
import { clusterNodes, type NodeAddress } from '../../labs/cluster/cni/topology.ts'
import { firstMac } from '../../labs/cluster/cni/vtep-mac.ts'
import { type CrossingSettings, calicoCard, calicoGateway, cross, tunnelCards, tunnelMtu, usualMtu } from './crossing.ts'

const ping = (change: Partial<CrossingSettings> = {}) =>
  cross({ mode: 'vxlan', podMtu: 1450, payload: 56, vni: { worker: 1, worker2: 1 }, ...change })
const self = clusterNodes[1] as NodeAddress

describe('cross', () => {
  it('has the sizes that tcpdump has', () => {
    expect([ping().frame, ping({ mode: 'hostGw' }).frame, ping({ mode: 'bgp' }).frame]).toEqual([148, 98, 98])
  })
  it('asks three things for a tunnel and one for a route', () => {
    const asked = (change?: Partial<CrossingSettings>) => ping(change).lookups.flatMap(({ at, line }) => (at === 'worker' ? [line] : []))
    expect(asked()).toEqual([
      'route 10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink',
      'neigh 10.244.2.0 lladdr ba:05:0b:49:22:9f nud permanent dev flannel.1',
      'fdb ba:05:0b:49:22:9f dev flannel.1 dst 172.18.0.4 self permanent',
    ])
    expect(asked({ mode: 'hostGw' })).toEqual(['route 10.244.2.0/24 via 172.18.0.4 dev eth0'])
  })
  it('refuses where the packet is too long, and asks nothing beyond', () => {
    expect(ping({ payload: 1422 }).end).toBe('arrives')
    expect(ping({ payload: 1423 })).toMatchObject({ end: 'podRefuses', lookups: [] })
    expect(ping({ payload: 1472, podMtu: 1500 })).toMatchObject({ end: 'nodeRefuses', headers: [] })
    expect(ping({ payload: 1472, podMtu: 1500, mode: 'bgp' })).toMatchObject({ end: 'arrives', frame: 1514 })
  })
  it('leaves an envelope of another number closed', () => {
    expect(ping({ vni: { worker: 1, worker2: 2 } })).toMatchObject({ end: 'notOpened', frame: 148 })
    expect(ping({ vni: { worker: 2, worker2: 2 } }).end).toBe('arrives')
    expect(ping({ vni: { worker: 1, worker2: 2 }, mode: 'hostGw' }).end).toBe('arrives')
  })
  it('knows what the cluster writes', () => {
    expect(tunnelCards).toEqual({ worker: firstMac('worker'), worker2: firstMac('worker2') })
    expect(
      flannelVxlan
        .files(self)
        .map((f) => f.text)
        .join(''),
    ).toContain(`FLANNEL_MTU=${usualMtu.vxlan}\n`)
    expect(tunnelMtu()).toBe(usualMtu.vxlan)
    const pod = { name: 'cali1', address: '10.244.1.2', pid: 7 }
    expect(calico.plugin?.podEnd(self, pod.address)).toContain(`route add default via ${calicoGateway} dev eth0\n`)
    expect(calico.plugin?.nodeEnd(self, [pod])).toContain(`address ${calicoCard} `)
    expect(calico.config.text(self)).toContain(`"mtu": ${usualMtu.bgp},`)
    expect(birdConfig(clusterNodes[2] as NodeAddress)).toContain('route 10.244.2.0/24 blackhole;')
  })
})
