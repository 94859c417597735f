// Loads the rendered text with the real iptables-restore in a fresh network namespace and reads it back with iptables-save.
// Needs root and iptables (nft); says so when it cannot run.
import { execFileSync, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { proxyOptions } from './inputs.ts'
import { ensuredJumps, jumpArguments, renderMissing } from './jumps.ts'
import { kubeletRestoreText } from './kubelet-chains.ts'
import { planRules, renderIptables, restoreText } from './render.ts'
import { service, slice } from './samples.ts'
import { parseSavedRules } from './saved-rules.ts'

const reason =
  process.getuid?.() !== 0
    ? 'needs root for a network namespace'
    : spawnSync('iptables-restore', ['--version']).error
      ? 'needs iptables'
      : undefined
const namespace = `podwire-proxy-${process.pid}`
const inside = (argv: string[], input?: string): string =>
  execFileSync('ip', ['netns', 'exec', namespace, ...argv], { input, encoding: 'utf8' })
const restore = (text: string): string => inside(['iptables-restore', '-w', '5', '--noflush', '--counters'], text)
const node = { name: 'worker', ip: '172.18.0.3' }
const options = proxyOptions('10.244.0.0/16')
const input = {
  services: [
    service('web', { ports: [{ port: 80, nodePort: 30080 }], type: 'NodePort', clusterIP: '10.96.71.12' }),
    service('gone', { clusterIP: '10.96.3.3' }),
  ],
  endpointSlices: [
    slice(
      'web',
      [
        { ip: '10.244.1.10', node: 'worker' },
        { ip: '10.244.2.10', node: 'worker2' },
      ],
      { port: 8080 },
    ),
  ],
  node,
  clusterCIDR: '10.244.0.0/16',
}
/** rules of one table and chain, as iptables-save prints them */
const savedChain = (table: string, chain: string): string[] =>
  inside(['iptables-save', '-t', table])
    .split('\n')
    .filter((line) => line.startsWith(`-A ${chain} `))

describe.skipIf(reason !== undefined)(`real iptables${reason ? `: skipped, ${reason}` : ''}`, () => {
  beforeAll(() => {
    execFileSync('ip', ['netns', 'add', namespace])
    restore(kubeletRestoreText + renderMissing(options, parseSavedRules(kubeletRestoreText)) + renderIptables(input))
  })
  afterAll(() => {
    execFileSync('ip', ['netns', 'delete', namespace])
  })

  test('chains and jumps stand as on a kind node', () => {
    const chains = inside(['iptables-save'])
      .split('\n')
      .filter((line) => /^\*|^:KUBE-(?!SVC-|SEP-|EXT-)/.test(line))
      .map((line) => line.replace(/ .*/, ''))
    const of = (table: string): string[] => {
      const start = chains.indexOf(`*${table}`)
      const next = chains.findIndex((line, i) => i > start && line.startsWith('*'))
      return chains.slice(start + 1, next < 0 ? undefined : next).sort()
    }
    expect(of('mangle')).toEqual([':KUBE-IPTABLES-HINT', ':KUBE-KUBELET-CANARY', ':KUBE-PROXY-CANARY'])
    expect(of('filter')).toEqual([
      ':KUBE-EXTERNAL-SERVICES',
      ':KUBE-FIREWALL',
      ':KUBE-FORWARD',
      ':KUBE-KUBELET-CANARY',
      ':KUBE-NODEPORTS',
      ':KUBE-PROXY-CANARY',
      ':KUBE-PROXY-FIREWALL',
      ':KUBE-SERVICES',
    ])
    expect(of('nat')).toEqual([
      ':KUBE-KUBELET-CANARY',
      ':KUBE-MARK-MASQ',
      ':KUBE-NODEPORTS',
      ':KUBE-POSTROUTING',
      ':KUBE-PROXY-CANARY',
      ':KUBE-SERVICES',
    ])
    expect(savedChain('filter', 'INPUT')).toEqual([
      '-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
      '-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS',
      '-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES',
      '-A INPUT -j KUBE-FIREWALL',
    ])
    expect(savedChain('filter', 'FORWARD')).toEqual([
      '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
      '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
      '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES',
    ])
    expect(savedChain('filter', 'OUTPUT')).toEqual([
      '-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
      '-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      '-A OUTPUT -j KUBE-FIREWALL',
    ])
    expect(savedChain('nat', 'PREROUTING')).toEqual(['-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES'])
    expect(savedChain('nat', 'OUTPUT')).toEqual(['-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES'])
    expect(savedChain('nat', 'POSTROUTING')).toEqual([
      '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
    ])
  })

  test('the fixed rules read as on a kind node', () => {
    expect(savedChain('filter', 'KUBE-FIREWALL')).toEqual([
      '-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
    ])
    expect(savedChain('filter', 'KUBE-FORWARD')).toEqual([
      '-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP',
      '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT',
      '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ])
    expect(savedChain('nat', 'KUBE-MARK-MASQ')).toEqual(['-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000'])
    expect(savedChain('nat', 'KUBE-POSTROUTING')).toEqual([
      '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
      '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
      '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    ])
  })

  test('service rules arrive in the kernel: balancing in nat, REJECT in filter', () => {
    expect(savedChain('nat', 'KUBE-SVC-LOLE4ISW44XBNF3G')).toEqual([
      '-A KUBE-SVC-LOLE4ISW44XBNF3G ! -s 10.244.0.0/16 -d 10.96.71.12/32 -p tcp -m comment --comment "default/web cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ',
      '-A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment "default/web -> 10.244.1.10:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-BSJG54EXAHTH4INO',
      '-A KUBE-SVC-LOLE4ISW44XBNF3G -m comment --comment "default/web -> 10.244.2.10:8080" -j KUBE-SEP-6UPWGGTAKQAHVD27',
    ])
    expect(savedChain('filter', 'KUBE-SERVICES')).toEqual([
      '-A KUBE-SERVICES -d 10.96.3.3/32 -p tcp -m comment --comment "default/gone has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable',
    ])
  })

  test('nothing is missing after the first sync, and iptables -C agrees', () => {
    expect(renderMissing(options, parseSavedRules(inside(['iptables-save'])))).toBe('')
    for (const jump of ensuredJumps(options)) inside(['iptables', ...jumpArguments(jump, '-C')])
  })

  test('a removed jump is put back, once and on top', () => {
    inside(['iptables', '-D', 'FORWARD', '-m', 'comment', '--comment', 'kubernetes forwarding rules', '-j', 'KUBE-FORWARD'])
    restore(renderMissing(options, parseSavedRules(inside(['iptables-save']))))
    expect(savedChain('filter', 'FORWARD').filter((line) => line.endsWith('-j KUBE-FORWARD'))).toHaveLength(1)
    expect(savedChain('filter', 'FORWARD')[0]).toBe('-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD')
  })

  test('stale chains of a deleted service go, the others keep their counters', () => {
    const after = planRules({ ...input, services: input.services.slice(1) })
    const stale = parseSavedRules(inside(['iptables-save']))
      .serviceChains()
      .filter((chain) => !after.serviceChains.has(chain))
    expect(stale.sort()).toEqual([
      'KUBE-EXT-LOLE4ISW44XBNF3G',
      'KUBE-SEP-6UPWGGTAKQAHVD27',
      'KUBE-SEP-BSJG54EXAHTH4INO',
      'KUBE-SVC-LOLE4ISW44XBNF3G',
    ])
    restore(restoreText(after, { changed: new Set(), stale }))
    expect(parseSavedRules(inside(['iptables-save'])).serviceChains()).toEqual([])
  })
})
