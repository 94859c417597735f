import { describe, expect, it } from 'vitest'
import { hostBatch, linkName, nodeBatch, plugBatch, switchBatch } from './links.ts'
import type { OwnPlugin } from './shape.ts'
import { kindnet } from './shapes/kindnet.ts'
import { clusterNodes, type NodeAddress } from './topology.ts'

const worker = clusterNodes[1] as NodeAddress

describe('the plan of links', () => {
  it('makes the switch, then plugs members in with docker-like MAC addresses', () => {
    expect(switchBatch()).toBe(
      'link set lo up\nlink add lan type bridge mcast_snooping 0\naddr add 172.18.0.1/16 brd + dev lan\nlink set lan up\n',
    )
    expect(plugBatch([{ name: 'worker', address: '172.18.0.3', pid: 42 }])).toBe(
      `link add ${linkName('lan/worker')} txqueuelen 0 master lan up type veth peer name eth0 txqueuelen 0 address 02:42:ac:12:00:03 netns 42\n`,
    )
  })

  it('gives a node its lan address and a route to the pods of each other node', () => {
    expect(nodeBatch(worker) + kindnet.routes(worker, clusterNodes)).toBe(
      [
        'link set lo up',
        'addr add 172.18.0.3/16 brd + dev eth0',
        'link set eth0 up',
        'route add default via 172.18.0.1 dev eth0',
        'route replace 10.244.0.0/24 via 172.18.0.2 dev eth0',
        'route replace 10.244.2.0/24 via 172.18.0.4 dev eth0',
        '',
      ].join('\n'),
    )
  })

  it('hangs a pod on its node as the ptp plugin does', () => {
    const name = linkName('uid-1/0')
    expect(name).toMatch(/^veth[0-9a-f]{8}$/)
    const plugin = kindnet.plugin as OwnPlugin
    expect(plugin.nodeEnd(worker, [{ name, address: '10.244.1.2', pid: 7 }])).toBe(
      [
        `link add ${name} txqueuelen 0 up type veth peer name eth0 txqueuelen 0 netns 7`,
        `addr add 10.244.1.1/32 dev ${name}`,
        `route replace 10.244.1.2/32 dev ${name} scope host`,
        '',
      ].join('\n'),
    )
    expect(plugin.podEnd(worker, '10.244.1.2')).toContain('route add 10.244.1.0/24 via 10.244.1.1 dev eth0 src 10.244.1.2\n')
  })

  it('gives an outside host its own routes', () => {
    const batch = hostBatch({ name: 'partner', address: '172.18.0.100', routes: [{ to: '10.244.0.0/16', via: '172.18.0.3' }] })
    expect(batch).toContain('addr add 172.18.0.100/16 brd + dev eth0\n')
    expect(batch).toContain('route add 10.244.0.0/16 via 172.18.0.3 dev eth0\n')
  })
})
