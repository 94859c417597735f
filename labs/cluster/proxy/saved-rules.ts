// Reads iptables-save: which chains and rules the kernel holds. Used by the applier to find what is missing and what is stale.
import { isServiceChain } from './chain-names.ts'
import type { KnownTables } from './jumps.ts'

export interface SavedRules extends KnownTables {
  /** kube-proxy's per-service chains in nat */
  serviceChains(): string[]
}

export function parseSavedRules(text: string): SavedRules {
  const chains = new Map<string, Set<string>>()
  const rules = new Map<string, Set<string>>()
  let table = ''
  const add = (to: Map<string, Set<string>>, value: string): void => {
    to.set(table, (to.get(table) ?? new Set()).add(value))
  }
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim()
    else if (line.startsWith(':')) add(chains, line.slice(1).split(' ')[0] as string)
    else if (line.startsWith('-A ')) add(rules, line.slice(3).trimEnd())
  }
  return {
    hasChain: (t, chain) => chains.get(t)?.has(chain) ?? false,
    hasRule: (t, rule) => rules.get(t)?.has(rule) ?? false,
    serviceChains: () => [...(chains.get('nat') ?? [])].filter(isServiceChain),
  }
}
