// Whole texts: the worked examples of a real cluster, shared chains, scopes of a sync. One service's rules: service-rules.test.ts.
import { describe, expect, test } from 'vitest'
import { changedPorts, type ProxyInput, planRules, renderIptables, restoreText } from './render.ts'
import { chainRules, rulesAbout, service, slice } from './samples.ts'

const node = { name: 'worker', ip: '172.18.0.3' }
const shared = { node, clusterCIDR: '10.244.0.0/16' }
const web = service('web', { type: 'NodePort', clusterIP: '10.96.71.12', ports: [{ port: 80, nodePort: 30080 }] })
const webSlice = slice('web', [
  { ip: '10.244.2.10', node: 'worker2' },
  { ip: '10.244.1.10', node: 'worker' },
])
const render = (input: Partial<ProxyInput>): string => renderIptables({ services: [], endpointSlices: [], ...shared, ...input })

test('a node without Services', () => {
  expect(render({})).toBe(`*filter
:KUBE-SERVICES - [0:0]
:KUBE-EXTERNAL-SERVICES - [0:0]
:KUBE-FORWARD - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-PROXY-FIREWALL - [0:0]
:KUBE-FIREWALL - [0:0]
-A KUBE-FIREWALL -m comment --comment "block incoming localnet connections" -d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x00004000/0x00004000 -j ACCEPT
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
*nat
:KUBE-SERVICES - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-MARK-MASQ - [0:0]
-A KUBE-POSTROUTING -m mark ! --mark 0x00004000/0x00004000 -j RETURN
-A KUBE-POSTROUTING -j MARK --xor-mark 0x00004000
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
-A KUBE-MARK-MASQ -j MARK --or-mark 0x00004000
-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
COMMIT
`)
})

test('the worked example: one NodePort Service with two endpoints', () => {
  const text = render({ services: [web], endpointSlices: [webSlice] })
  const nat = text.split('*nat\n')[1] as string
  expect(nat.split('\n').filter((line) => /KUBE-(SVC|SEP|EXT)-|must be the last/.test(line))).toEqual(
    `:KUBE-EXT-LOLE4ISW44XBNF3G - [0:0]
:KUBE-SVC-LOLE4ISW44XBNF3G - [0:0]
:KUBE-SEP-BSJG54EXAHTH4INO - [0:0]
:KUBE-SEP-6UPWGGTAKQAHVD27 - [0:0]
-A KUBE-SERVICES -m comment --comment "default/web cluster IP" -m tcp -p tcp -d 10.96.71.12 --dport 80 -j KUBE-SVC-LOLE4ISW44XBNF3G
-A KUBE-NODEPORTS -m comment --comment default/web -m tcp -p tcp --dport 30080 -j KUBE-EXT-LOLE4ISW44XBNF3G
-A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment "default/web cluster IP" -m tcp -p tcp -d 10.96.71.12 --dport 80 ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ
-A KUBE-EXT-LOLE4ISW44XBNF3G -m comment --comment "masquerade traffic for default/web external destinations" -j KUBE-MARK-MASQ
-A KUBE-EXT-LOLE4ISW44XBNF3G -j KUBE-SVC-LOLE4ISW44XBNF3G
-A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment "default/web -> 10.244.1.10:8080" -m statistic --mode random --probability 0.5000000000 -j KUBE-SEP-BSJG54EXAHTH4INO
-A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment "default/web -> 10.244.2.10:8080" -j KUBE-SEP-6UPWGGTAKQAHVD27
-A KUBE-SEP-BSJG54EXAHTH4INO -m comment --comment default/web -s 10.244.1.10 -j KUBE-MARK-MASQ
-A KUBE-SEP-BSJG54EXAHTH4INO -m comment --comment default/web -m tcp -p tcp -j DNAT --to-destination 10.244.1.10:8080
-A KUBE-SEP-6UPWGGTAKQAHVD27 -m comment --comment default/web -s 10.244.2.10 -j KUBE-MARK-MASQ
-A KUBE-SEP-6UPWGGTAKQAHVD27 -m comment --comment default/web -m tcp -p tcp -j DNAT --to-destination 10.244.2.10:8080
-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS`.split(
      '\n',
    ),
  )
})

test('the same Service without endpoints is refused, and nat knows nothing of it', () => {
  const text = render({ services: [web] })
  expect(rulesAbout(text, 'default/web')).toEqual([
    '-A KUBE-SERVICES -m comment --comment "default/web has no endpoints" -m tcp -p tcp -d 10.96.71.12 --dport 80 -j REJECT',
    '-A KUBE-EXTERNAL-SERVICES -m comment --comment "default/web has no endpoints" -m addrtype --dst-type LOCAL -m tcp -p tcp --dport 30080 -j REJECT',
  ])
  expect(text).not.toContain('LOLE4ISW44XBNF3G')
})

test('headless Services, ExternalNames and other families make no rules', () => {
  const services = [
    service('headless', { clusterIP: 'None', clusterIPs: ['None'] }),
    service('alias', { type: 'ExternalName', clusterIP: '' }),
    service('pending', { clusterIP: '' }),
    service('six', { clusterIP: 'fd00::1', clusterIPs: ['fd00::1'] }),
  ]
  expect(render({ services, endpointSlices: services.map((s) => slice(s.metadata.name, [{ ip: '10.244.1.1' }])) })).toBe(render({}))
})

describe('node ports', () => {
  const last = (options: ProxyInput['options']): string[] =>
    chainRules(render({ options }), 'nat', 'KUBE-SERVICES').map((line) => line.replace(/^.*chain" /, ''))
  test('the jump to them depends on the settings', () => {
    expect(last({ localhostNodePorts: false })).toEqual(['-m addrtype --dst-type LOCAL ! -d 127.0.0.0/8 -j KUBE-NODEPORTS'])
    expect(last({ family: 'IPv6' })).toEqual(['-m addrtype --dst-type LOCAL ! -d ::1/128 -j KUBE-NODEPORTS'])
    expect(last({ nodePortAddresses: ['172.18.0.3', '127.0.0.1', 'fd00::3'] })).toEqual([
      '-d 172.18.0.3 -j KUBE-NODEPORTS',
      '-d 127.0.0.1 -j KUBE-NODEPORTS',
    ])
    expect(last({ nodePortAddresses: ['172.18.0.3', '127.0.0.1'], localhostNodePorts: false })).toEqual(['-d 172.18.0.3 -j KUBE-NODEPORTS'])
  })
  test('without localhost node ports the localnet guard is not kube-proxy’s business', () => {
    expect(render({ options: { localhostNodePorts: false } })).not.toContain('KUBE-FIREWALL')
  })
})

test('liberal conntrack lets INVALID through; the mark follows its bit; old iptables has no --random-fully', () => {
  const text = render({ options: { conntrackTcpLiberal: true, masqueradeBit: 20, randomFully: false } })
  expect(text).not.toContain('INVALID')
  expect(chainRules(text, 'nat', 'KUBE-MARK-MASQ')).toEqual(['-A KUBE-MARK-MASQ -j MARK --or-mark 0x00100000'])
  expect(chainRules(text, 'nat', 'KUBE-POSTROUTING').at(-1)).toMatch(/-j MASQUERADE$/)
})

describe('a partial sync', () => {
  const before = planRules({
    ...shared,
    services: [web, service('api', { clusterIP: '10.96.9.9' })],
    endpointSlices: [webSlice, slice('api', [{ ip: '10.244.1.7' }])],
  })
  const after = planRules({
    ...shared,
    services: [service('api', { clusterIP: '10.96.9.9' }), service('new', { clusterIP: '10.96.8.8' })],
    endpointSlices: [slice('api', [{ ip: '10.244.1.7' }]), slice('new', [{ ip: '10.244.1.8' }])],
  })

  test('writes the shared chains whole, and the own chains of changed services only', () => {
    const changed = changedPorts(before, after)
    expect([...changed]).toEqual(['default/new/tcp'])
    const text = restoreText(after, { changed })
    expect(chainRules(text, 'nat', 'KUBE-SERVICES')).toHaveLength(3)
    const [api, fresh] = ['default/api/tcp', 'default/new/tcp'].map((key) => after.ports.find((p) => p.key === key)?.chains.cluster) as [
      string,
      string,
    ]
    expect(text).not.toContain(`:${api} -`)
    expect(text).toContain(`:${fresh} -`)
    expect(chainRules(text, 'nat', fresh)).toHaveLength(2)
  })

  test('empties and deletes stale chains', () => {
    const stale = [...before.serviceChains].filter((chain) => !after.serviceChains.has(chain))
    const text = restoreText(after, { changed: new Set(), stale })
    expect(stale).toHaveLength(4)
    for (const chain of stale) expect(text.indexOf(`:${chain} - [0:0]`)).toBeLessThan(text.indexOf(`-X ${chain}`))
  })

  test('sees a change of endpoints, not of anything else', () => {
    const again = (ready: boolean) =>
      planRules({ ...shared, services: [web], endpointSlices: [slice('web', [{ ip: '10.244.1.10' }, { ip: '10.244.2.10', ready }])] })
    expect([...changedPorts(again(true), again(true))]).toEqual([])
    expect([...changedPorts(again(true), again(false))]).toEqual(['default/web/tcp'])
  })
})

test('above 1000 endpoints the comments per endpoint are left out', () => {
  const many = Array.from({ length: 1001 }, (_, i) => ({ ip: `10.244.${i >> 8}.${i & 255}` }))
  const text = render({ services: [web], endpointSlices: [slice('web', many)] })
  expect(text).not.toContain('default/web ->')
  expect(text).toContain('-A KUBE-SVC-LOLE4ISW44XBNF3G -m statistic --mode random --probability 0.0009990010 -j KUBE-SEP-')
})

describe('with a memory of the last time', () => {
  const many = Array.from({ length: 600 }, (_, i) => ({ ip: `10.245.${i >> 8}.${i & 255}` }))
  const api = service('api', { clusterIP: '10.96.9.9' })
  const steps: Pick<ProxyInput, 'services' | 'endpointSlices'>[] = [
    { services: [web, api], endpointSlices: [webSlice] },
    { services: [web, api], endpointSlices: [webSlice, slice('api', [{ ip: '10.244.1.7' }])] },
    { services: [api, web], endpointSlices: [slice('api', [{ ip: '10.244.1.8' }]), webSlice] },
    // two slices of one Service, and more endpoints than a small cluster has
    { services: [api, web], endpointSlices: [slice('api', many), webSlice, { ...slice('api', many), ports: [{ port: 81 }] }] },
    { services: [service('api', { clusterIP: '10.96.9.10' }), web], endpointSlices: [webSlice] },
    { services: [web], endpointSlices: [webSlice] },
    { services: [], endpointSlices: [webSlice] },
    { services: [web], endpointSlices: [webSlice] },
  ]

  test('the text is that of a plan made afresh', () => {
    const memory = new Map()
    for (const step of steps)
      expect(restoreText(planRules({ ...shared, ...step }, memory))).toBe(restoreText(planRules({ ...shared, ...step })))
  })

  test('what has not changed is not computed again, and nothing is kept of what is gone', () => {
    const memory = new Map()
    const [first, second] = steps.map((step) => planRules({ ...shared, ...step }, memory))
    expect(second?.rules.get('default/web/tcp')).toBe(first?.rules.get('default/web/tcp'))
    expect(second?.rules.get('default/api/tcp')).not.toBe(first?.rules.get('default/api/tcp'))
    planRules({ ...shared, services: [], endpointSlices: [webSlice] }, memory)
    expect(memory.size).toBe(0)
  })
})
