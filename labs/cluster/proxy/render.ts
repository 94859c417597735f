// Services and EndpointSlices in, iptables-restore input out: kube-proxy's iptables mode (1.37) as a pure function.
// Used by the applier on every node, by lesson figures and by the grader's drift check.

import type { Family } from './addresses.ts'
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
import { type Endpoint, endpointsOf, slicesByService } from './endpoints.ts'
import { type EndpointSliceObject, type ProxyNode, type ProxyOptions, proxyOptions, type ServiceObject } from './inputs.ts'
import { chainLine } from './rule-text.ts'
import { portsOf, type ServicePort } from './service-ports.ts'
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

/** What was planned of each Service the last time. It holds as long as the Service and its slices are the same objects: the store never changes one. */
export type PlanMemory = Map<string, KnownService>
interface KnownService {
  service: ServiceObject
  slices: readonly EndpointSliceObject[]
  ports: PlannedPort[]
}
interface PlannedPort {
  port: ServicePort
  endpoints: Endpoint[]
  rules?: { large: boolean; value: ServiceRules }
}

const isSame = (known: KnownService | undefined, service: ServiceObject, slices: readonly EndpointSliceObject[]): known is KnownService =>
  known !== undefined &&
  known.service === service &&
  known.slices.length === slices.length &&
  known.slices.every((slice, i) => slice === slices[i])

const noSlices: readonly EndpointSliceObject[] = []

/** `memory`: of one node with one set of options; what has not changed since is taken from it. */
export function planRules(input: ProxyInput, memory: PlanMemory = new Map()): RestorePlan {
  const options = proxyOptions(input.clusterCIDR, input.options)
  const { family } = options
  const slices = slicesByService(input.endpointSlices, family)
  const before = new Map(memory)
  memory.clear()
  const planned: PlannedPort[] = []
  for (const service of input.services) {
    const key = `${service.metadata.namespace ?? 'default'}/${service.metadata.name}`
    const own = slices.get(key) ?? noSlices
    const known = before.get(key)
    const mine = isSame(known, service, own) ? known : { service, slices: own, ports: portsAndEndpoints(service, own, family, input.node) }
    memory.set(key, mine)
    planned.push(...mine.ports)
  }
  // by name, so that the same objects always give the same text
  planned.sort(({ port: a }, { port: b }) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const large = planned.reduce((sum, { endpoints }) => sum + endpoints.length, 0) > options.largeClusterEndpoints
  const plan: RestorePlan = { options, ports: [], endpoints: new Map(), rules: new Map(), serviceChains: new Set() }
  for (const one of planned) {
    const { port, endpoints } = one
    if (one.rules?.large !== large) {
      const choice = chooseEndpoints(endpoints, port, input.node)
      one.rules = { large, value: serviceRules(port, choice, input.node, options, large) }
    }
    const { value } = one.rules
    plan.ports.push(port)
    plan.endpoints.set(port.key, endpoints)
    plan.rules.set(port.key, value)
    for (const chain of value.chains) plan.serviceChains.add(chain)
  }
  return plan
}

const portsAndEndpoints = (
  service: ServiceObject,
  slices: readonly EndpointSliceObject[],
  family: Family,
  node: ProxyNode,
): PlannedPort[] => portsOf(service, family).map((port) => ({ port, endpoints: endpointsOf(port, slices, family, node.name) }))

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
  const isChanged = (was: ServiceRules | undefined, is: ServiceRules) => was !== is && text(was) !== text(is)
  return new Set([...after.rules].filter(([key, rules]) => isChanged(before.rules.get(key), rules)).map(([key]) => key))
}
