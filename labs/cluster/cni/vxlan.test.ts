import { describe, expect, it } from 'vitest'
import { flannelVxlan } from './shapes/flannel-vxlan.ts'
import { clusterNodes, type NodeAddress } from './topology.ts'
import { firstMac } from './vtep-mac.ts'
import { defaultSettings, reachLease, readLease, readSettings, usableMac } from './vxlan.ts'

const worker = clusterNodes[1] as NodeAddress
const node = (annotations: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'worker', uid: '1', resourceVersion: '1', creationTimestamp: '', annotations },
  spec: { podCIDR: worker.podCidr },
})

describe('the vxlan tunnel', () => {
  it('is reached by route, neighbour and card', () => {
    const lease = { node: 'worker', publicIp: '172.18.0.3', podCidr: '10.244.1.0/24', vtepMac: '02:00:00:00:00:01' }
    expect(reachLease(lease, defaultSettings)).toEqual({
      ip: 'neigh replace 10.244.1.0 lladdr 02:00:00:00:00:01 nud permanent dev flannel.1\nroute replace 10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink\n',
      bridge: 'fdb replace 02:00:00:00:00:01 dev flannel.1 dst 172.18.0.3 self permanent\n',
    })
    expect(reachLease(lease, { vni: 7, port: 8472 }).ip).toContain('dev flannel.7')
  })

  it('is announced in annotations that the others can read', () => {
    const annotations = flannelVxlan.annotations(worker)
    expect(readLease(node(annotations))).toEqual({
      node: 'worker',
      publicIp: '172.18.0.3',
      podCidr: '10.244.1.0/24',
      vtepMac: firstMac('worker'),
    })
    for (const wrong of ['', '{', '{"VNI": 1}'])
      expect(readLease(node({ ...annotations, 'flannel.alpha.coreos.com/backend-data': wrong }))).toBeUndefined()
    expect(readLease(node({}))).toBeUndefined()
  })

  it("has flanneld's defaults where its file says nothing, and refuses what is no number", () => {
    expect(readSettings('{"Network": "10.244.0.0/16", "Backend": {"Type": "vxlan"}}')).toEqual({ vni: 1, port: 8472 })
    expect(readSettings('{"Backend": {"Type": "vxlan", "VNI": 2, "Port": 4789}}')).toEqual({ vni: 2, port: 4789 })
    expect(() => readSettings('{"Backend": {"VNI": "two"}}')).toThrow()
  })

  it('takes over a device that is as it should be, and no other', () => {
    const shown = (data: object) =>
      JSON.stringify([
        {
          address: '02:00:00:00:00:09',
          linkinfo: { info_kind: 'vxlan', info_data: { id: 1, local: '172.18.0.3', port: 8472, learning: false, ...data } },
        },
      ])
    expect(usableMac(shown({}), worker, defaultSettings)).toBe('02:00:00:00:00:09')
    for (const other of [{ id: 2 }, { port: 4789 }, { local: '172.18.0.9' }, { learning: true }])
      expect(usableMac(shown(other), worker, defaultSettings)).toBeUndefined()
    expect(usableMac('[{"address": "02:00:00:00:00:09", "linkinfo": {"info_kind": "bridge"}}]', worker, defaultSettings)).toBeUndefined()
  })
})
