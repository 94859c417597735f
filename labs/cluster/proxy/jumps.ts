// How the built-in chains reach kube-proxy's, as data, and the text that puts in what is missing. Used by the applier on a full sync.
import { guardsLocalnet, kubeletFirewallChain } from './base-rules.ts'
import type { ProxyOptions } from './inputs.ts'
import { chainLine, comment } from './rule-text.ts'

export type Table = 'mangle' | 'filter' | 'nat'
export interface Jump {
  table: Table
  from: string
  to: string
  /** match and comment, in the words of iptables-save, so that a saved rule can be compared */
  match: string
}

/** Exists, empty, in every table: when it is gone somebody has flushed the rules. */
export const canaryChain = 'KUBE-PROXY-CANARY'
export const canaryTables: readonly Table[] = ['mangle', 'nat', 'filter']

const fresh = '-m conntrack --ctstate NEW'
const jump = (table: Table, from: string, to: string, text: string, match = ''): Jump => ({
  table,
  from,
  to,
  match: [match, text && comment(text)].filter(Boolean).join(' '),
})

/** In the order in which they are ensured. Each is put first in its chain, so the last one ensured ends up on top. */
export function ensuredJumps(options: Pick<ProxyOptions, 'family' | 'localhostNodePorts'>): Jump[] {
  const portals = 'kubernetes service portals'
  const external = 'kubernetes externally-visible service portals'
  const firewall = 'kubernetes load balancer firewall'
  return [
    jump('filter', 'INPUT', 'KUBE-EXTERNAL-SERVICES', external, fresh),
    jump('filter', 'FORWARD', 'KUBE-EXTERNAL-SERVICES', external, fresh),
    jump('filter', 'INPUT', 'KUBE-NODEPORTS', 'kubernetes health check service ports'),
    jump('filter', 'FORWARD', 'KUBE-SERVICES', portals, fresh),
    jump('filter', 'OUTPUT', 'KUBE-SERVICES', portals, fresh),
    jump('filter', 'FORWARD', 'KUBE-FORWARD', 'kubernetes forwarding rules'),
    jump('filter', 'INPUT', 'KUBE-PROXY-FIREWALL', firewall, fresh),
    jump('filter', 'OUTPUT', 'KUBE-PROXY-FIREWALL', firewall, fresh),
    jump('filter', 'FORWARD', 'KUBE-PROXY-FIREWALL', firewall, fresh),
    jump('nat', 'OUTPUT', 'KUBE-SERVICES', portals),
    jump('nat', 'PREROUTING', 'KUBE-SERVICES', portals),
    jump('nat', 'POSTROUTING', 'KUBE-POSTROUTING', 'kubernetes postrouting rules'),
    ...(guardsLocalnet(options as ProxyOptions)
      ? [jump('filter', 'INPUT', kubeletFirewallChain, ''), jump('filter', 'OUTPUT', kubeletFirewallChain, '')]
      : []),
  ]
}

/** The rule without its verb: what iptables-save prints after `-A `. */
export const jumpRule = (j: Jump): string => [j.from, j.match, `-j ${j.to}`].filter(Boolean).join(' ')
/** Arguments for `iptables`, e.g. verb -C or -I; comments without their quotes. */
export const jumpArguments = (j: Jump, verb: '-C' | '-I' | '-D'): string[] => [
  '-t',
  j.table,
  verb,
  ...(jumpRule(j).match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', '')),
]

/** What the tables already hold, as read from iptables-save or from a restore text (saved-rules.ts). */
export interface KnownTables {
  hasChain(table: Table, chain: string): boolean
  hasRule(table: Table, rule: string): boolean
}

/**
 * iptables-restore input that makes the canaries and the missing jumps; empty text when nothing is missing. Chains that exist are
 * not declared, because declaring would empty them.
 */
export function renderMissing(options: Pick<ProxyOptions, 'family' | 'localhostNodePorts'>, known: KnownTables): string {
  const jumps = ensuredJumps(options)
  const sections = (['mangle', 'filter', 'nat'] as const).map((table) => {
    const mine = jumps.filter((j) => j.table === table)
    const chains = [...new Set([canaryChain, ...mine.map((j) => j.to)])].filter((chain) => !known.hasChain(table, chain))
    const missing = mine.filter((j) => !known.hasRule(table, jumpRule(j)))
    return chains.length + missing.length === 0
      ? ''
      : [`*${table}`, ...chains.map(chainLine), ...missing.map((j) => `-I ${jumpRule(j)}`), 'COMMIT', ''].join('\n')
  })
  return sections.join('')
}
