// The rules of kind's masquerade agent: what pods send outside the pod network leaves with the node's address. Pure.
import { podNetwork } from './topology.ts'

const chain = 'KIND-MASQ-AGENT'
const jump =
  '-A POSTROUTING -m addrtype ! --dst-type LOCAL -m comment --comment "kind-masq-agent: ensure nat POSTROUTING directs all non-LOCAL destination traffic to our custom KIND-MASQ-AGENT chain" -j KIND-MASQ-AGENT'
const rules = [
  `-A ${chain} -d ${podNetwork} -m comment --comment "kind-masq-agent: local traffic is not subject to MASQUERADE" -j RETURN`,
  `-A ${chain} -m comment --comment "kind-masq-agent: outbound traffic is subject to MASQUERADE (must be last in chain)" -j MASQUERADE`,
]

const restore = (missing: readonly string[], createChain: boolean): string =>
  ['*nat', ...(createChain ? [`:${chain} - [0:0]`] : []), ...missing, 'COMMIT', ''].join('\n')

/** For a namespace that has none of it yet; input of `iptables-restore --noflush`. */
export const masqueradeRules = (): string => restore([...rules, jump], true)

/**
 * What is missing in the output of `iptables-save -t nat`, as input of `iptables-restore --noflush`; undefined when nothing is.
 * Like the agent it appends what is missing and leaves foreign rules alone.
 */
export function missingMasqueradeRules(saved: string): string | undefined {
  const present = new Set(saved.split('\n').map((line) => line.trim()))
  const missing = [...rules, jump].filter((rule) => !present.has(rule))
  if (missing.length === 0) return undefined
  return restore(missing, !saved.includes(`\n:${chain} `))
}
