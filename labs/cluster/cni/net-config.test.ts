import { describe, expect, it } from 'vitest'
import { flannelDelegate } from './flannel-plugin.ts'
import { chooseConfig, NetworkNotReady, type PluginConfig } from './net-config.ts'
import { flannelFiles, subnetEnvPath } from './shapes/flannel.ts'
import { clusterNodes, type NodeAddress } from './topology.ts'

const worker = clusterNodes[1] as NodeAddress
const list = (name: string) => JSON.stringify({ cniVersion: '0.3.1', name, plugins: [{ type: 'ptp' }, { type: 'portmap' }] })
const why = (files: { path: string; text: string }[]) => {
  try {
    chooseConfig(files)
  } catch (error) {
    expect(error).toBeInstanceOf(NetworkNotReady)
    return (error as Error).cause
  }
  return 'no error'
}

describe('the network configuration of a container runtime', () => {
  it('is the first file in order, whatever lies beside it', () => {
    const files = [
      { path: '/etc/cni/net.d/10-kindnet.conflist', text: list('kindnet') },
      { path: '/etc/cni/net.d/00-notes.txt', text: 'call Ada' },
      { path: '/etc/cni/net.d/05-old.conf', text: '{"cniVersion": "0.3.1", "name": "old", "type": "bridge"}' },
    ]
    expect(chooseConfig(files)).toMatchObject({ name: 'old', plugins: [{ type: 'bridge' }] })
    expect(chooseConfig(files.slice(0, 2))).toMatchObject({ name: 'kindnet', plugins: [{ type: 'ptp' }, { type: 'portmap' }] })
  })

  it('is none where the first file cannot be used, though the second could', () => {
    const good = { path: '/b.conflist', text: list('kindnet') }
    expect(why([{ path: '/a.conflist', text: '{' }, good])).toMatch(/^failed to load CNI config file \/a\.conflist: /)
    expect(why([{ path: '/a.conf', text: list('x') }, good])).toMatch(/^network type not found in \/a\.conf$/)
    expect(why([{ path: '/a.conflist', text: '{"name": "x"}' }, good])).toMatch(/has no networks$/)
    expect(why([])).toBe('no network config found in /etc/cni/net.d')
  })
})

describe("flannel's plugin", () => {
  const own: PluginConfig = { type: 'flannel', delegate: { hairpinMode: true, isDefaultGateway: true } }
  const env = flannelFiles(worker, { type: 'vxlan', mtu: 1450 }).find(({ path }) => path === subnetEnvPath)?.text as string
  const network = { name: 'cbr0', cniVersion: '0.3.1' }

  it('delegates to the bridge with what flanneld has written', () => {
    expect(flannelDelegate(network, own, env)).toEqual({
      type: 'bridge',
      name: 'cbr0',
      cniVersion: '0.3.1',
      mtu: 1450,
      ipMasq: false,
      isGateway: true,
      isDefaultGateway: true,
      hairpinMode: true,
      ipam: { type: 'host-local', ranges: [[{ subnet: '10.244.1.0/24' }]], routes: [{ dst: '10.244.0.0/16' }] },
    })
  })

  it('lets the configuration have its way, and says what is missing', () => {
    expect(flannelDelegate(network, { type: 'flannel', delegate: { type: 'ptp', mtu: 1400 } }, env)).toMatchObject({
      type: 'ptp',
      mtu: 1400,
    })
    expect(() => flannelDelegate(network, own, undefined)).toThrow('open /run/flannel/subnet.env: no such file or directory')
    expect(() => flannelDelegate(network, own, env.replace(/FLANNEL_MTU.*\n/, ''))).toThrow('is missing FLANNEL_MTU')
  })
})
