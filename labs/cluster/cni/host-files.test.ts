import { describe, expect, it } from 'vitest'
import { nodeFiles, podFiles } from './host-files.ts'
import { clusterNodes, type NodeAddress } from './topology.ts'

const text = (files: { path: string; text: string }[], path: string) => files.find((file) => file.path === path)?.text
const pod = { namespace: 'shop', hostname: 'probe', address: '10.244.2.3' }

describe('files of nodes and pods', () => {
  it('points nodes at the resolver of the lan', () => {
    const files = nodeFiles(clusterNodes[1] as NodeAddress)
    expect(text(files, '/etc/resolv.conf')).toBe('nameserver 172.18.0.1\noptions ndots:0\n')
    expect(text(files, '/etc/hosts')).toContain('172.18.0.3\tworker\n')
  })

  it('points pods at the cluster DNS', () => {
    const files = podFiles(pod)
    expect(text(files, '/etc/resolv.conf')).toBe(
      'search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    )
    expect(text(files, '/etc/hosts')).toMatch(/^# Kubernetes-managed hosts file\.\n[\s\S]*10\.244\.2\.3\tprobe\n$/)
  })

  it('obeys dnsPolicy, dnsConfig and hostAliases', () => {
    expect(text(podFiles({ ...pod, dnsPolicy: 'Default' }), '/etc/resolv.conf')).toBe('nameserver 172.18.0.1\noptions ndots:0\n')
    const files = podFiles({
      ...pod,
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['1.1.1.1'], searches: ['x.y'], options: [{ name: 'ndots', value: '2' }, { name: 'use-vc' }] },
      hostAliases: [{ ip: '10.0.0.9', hostnames: ['db', 'db.local'] }],
    })
    expect(text(files, '/etc/resolv.conf')).toBe('search x.y\nnameserver 1.1.1.1\noptions ndots:2 use-vc\n')
    expect(text(files, '/etc/hosts')).toMatch(/# Entries added by HostAliases\.\n10\.0\.0\.9\tdb\tdb\.local\n$/)
  })

  it("writes a pod's full name where it has a subdomain", () => {
    expect(text(podFiles({ ...pod, subdomain: 'db' }), '/etc/hosts')).toContain('10.244.2.3\tprobe.db.shop.svc.cluster.local\tprobe\n')
  })

  it('lets dnsConfig override ndots', () => {
    expect(text(podFiles({ ...pod, dnsConfig: { options: [{ name: 'ndots', value: '1' }] } }), '/etc/resolv.conf')).toContain(
      'options ndots:1\n',
    )
  })
})
