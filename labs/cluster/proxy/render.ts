// Services and EndpointSlices in, iptables-restore input out: kube-proxy's iptables mode (1.37) as a pure function.
// Used by the applier on every node, by lesson figures and by the grader's drift check.
import {
  filterChains,
  forwardRules,
  guardsLocalnet,
  kubeletFirewallChain,
  localnetGuard,
  masqueradeRules,
  natChains,
  nodePortJumps,
} from './base-rules.ts'
import { chooseEndpoints } from './endpoint-choice.ts'
import { type Endpoint, endpointsByPort } from './endpoints.ts'
import { type EndpointSliceObject, type ProxyNode, type ProxyOptions, proxyOptions, type ServiceObject } from './inputs.ts'
import { chainLine } from './rule-text.ts'
import { type ServicePort, servicePorts } from './service-ports.ts'
import { type ServiceRules, serviceRules } from './service-rules.ts'

export interface ProxyInput {
  services: readonly ServiceObject[]
  endpointSlices: readonly EndpointSliceObject[]
  node: ProxyNode
  /** kind: 10.244.0.0/16 */
  clusterCIDR: string
  options?: Partial<ProxyOptions>
}

/** The rules as a value: print it with restoreText, compare two of them, or look a port up by key. */
export interface RestorePlan {
  options: ProxyOptions
  ports: ServicePort[]
  /** by ServicePort.key, ready or not */
  endpoints: Map<string, Endpoint[]>
  /** by ServicePort.key */
  rules: Map<string, ServiceRules>
  /** every KUBE-SVC/SVL/FW/EXT/SEP chain that belongs there */
  serviceChains: Set<string>
}

/** What to write, when not everything. */
export interface RestoreScope {
  /** keys of the service ports whose own chains are written; the shared chains always are. Default: all */
  changed?: ReadonlySet<string>
  /** service chains to delete */
  stale?: Iterable<string>
}

export function planRules(input: ProxyInput): RestorePlan {
  const options = proxyOptions(input.clusterCIDR, input.options)
  const ports = servicePorts(input.services, options.family)
  const endpoints = endpointsByPort(ports, input.endpointSlices, options.family, input.node.name)
  const total = [...endpoints.values()].reduce((sum, list) => sum + list.length, 0)
  const rules = new Map<string, ServiceRules>()
  const serviceChains = new Set<string>()
  for (const port of ports) {
    const choice = chooseEndpoints(endpoints.get(port.key) ?? [], port, input.node)
    const mine = serviceRules(port, choice, input.node, options, total > options.largeClusterEndpoints)
    rules.set(port.key, mine)
    for (const chain of mine.chains) serviceChains.add(chain)
  }
  return { options, ports, endpoints, rules, serviceChains }
}

/** The input of `iptables-restore --noflush --counters`. */
export function restoreText(plan: RestorePlan, scope: RestoreScope = {}): string {
  const all = [...plan.rules.values()]
  const written = [...plan.rules].filter(([key]) => scope.changed?.has(key) ?? true).map(([, rules]) => rules)
  const stale = [...(scope.stale ?? [])]
  const localnet = guardsLocalnet(plan.options)
  const lines = [
    '*filter',
    ...filterChains.map(chainLine),
    ...(localnet ? [chainLine(kubeletFirewallChain), localnetGuard] : []),
    ...all.flatMap((r) => r.filter),
    ...forwardRules(plan.options),
    'COMMIT',
    '*nat',
    ...natChains.map(chainLine),
    ...written.flatMap((r) => r.chains).map(chainLine),
    ...stale.map(chainLine),
    ...masqueradeRules(plan.options),
    ...all.flatMap((r) => r.capture),
    ...written.flatMap((r) => r.rules),
    ...stale.map((chain) => `-X ${chain}`),
    ...nodePortJumps(plan.options),
    'COMMIT',
    '',
  ]
  return lines.join('\n')
}

/** Everything at once: the text of a full sync, without jumps (jumps.ts) and without deletions. */
export const renderIptables = (input: ProxyInput): string => restoreText(planRules(input))

/** Keys whose own chains differ between two plans: what a partial sync has to write. */
export function changedPorts(before: RestorePlan, after: RestorePlan): Set<string> {
  const text = (r: ServiceRules | undefined): string => (r ? [...r.chains, ...r.rules].join('\n') : '')
  return new Set([...after.rules].filter(([key, rules]) => text(before.rules.get(key)) !== text(rules)).map(([key]) => key))
}
