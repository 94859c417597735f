import { describe, expect, it } from 'vitest'
import { kindnet } from '../../labs/cluster/cni/shapes/kindnet.ts'
import { clusterNodes, type NodeAddress } from '../../labs/cluster/cni/topology.ts'
import { filesOf, type PlugInSettings, plugIn } from './plug-in.ts'

const healthy: PlugInSettings = { ownFile: 'good', testFile: false, ptp: true, taken: 'two' }
const pod = (change: Partial<PlugInSettings> = {}) => plugIn({ ...healthy, ...change })

describe('plugIn', () => {
  it('asks kubelet, runtime, plugin and ipam in their order', () => {
    expect(pod().steps.map(({ who, what }) => `${who} ${what}`)).toEqual([
      'kubelet web-1',
      'runtime 10-kindnet.conflist',
      'runtime /opt/cni/bin/ptp',
      'ipam 10.244.2.0/24',
      'plugin 10.244.2.4',
      'runtime /opt/cni/bin/portmap',
      'kubelet 10.244.2.4',
    ])
    expect(pod()).toMatchObject({ status: 'Running', podIP: '10.244.2.4', reachable: true })
  })
  it('takes the first file in order, whatever is in it', () => {
    expect(pod({ testFile: true })).toMatchObject({ status: 'Running', podIP: '10.99.0.2', reachable: false })
    expect(pod({ testFile: true, ownFile: 'badJson' }).status).toBe('Running')
  })
  it('is not ready without a file that can be read', () => {
    for (const ownFile of ['absent', 'badJson'] as const)
      expect(pod({ ownFile })).toMatchObject({ status: 'ContainerCreating', event: { reason: 'NetworkNotReady' } })
    expect(pod({ ownFile: 'badJson' }).steps.at(-1)).toMatchObject({ who: 'runtime', failed: true })
  })
  it('says which program is missing, and when all addresses are taken', () => {
    expect(pod({ ptp: false }).event?.message).toContain('failed to find plugin "ptp" in path [/opt/cni/bin]')
    expect(pod({ taken: 'all' }).event?.message).toContain('no IP addresses available in range set: 10.244.2.1-10.244.2.254')
    expect(pod({ taken: 'all' }).steps.at(-1)).toMatchObject({ who: 'ipam', failed: true })
  })
  it('has the plugins of the file that the cluster writes', () => {
    const types = (text: string) =>
      JSON.parse(text).plugins.map((p: { type: string; ipam?: { type: string; ranges: unknown } }) => [
        p.type,
        p.ipam?.type,
        p.ipam?.ranges,
      ])
    expect(types(filesOf(healthy)[0]?.text ?? '')).toEqual(types(kindnet.config.text(clusterNodes[2] as NodeAddress)))
  })
})
