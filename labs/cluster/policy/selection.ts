// What NetworkPolicy selects: which pods a policy isolates, which pods a peer means, which ports a rule opens. Used by the rules' writer and the evaluator.
import { matchesLabelSelector } from '../api/selectors.ts'
import { rangeContains } from '../proxy/addresses.ts'
import type { NamespaceObject, PodObject, PolicyObject, PolicyPeer, PolicyPort } from './objects.ts'

export type Direction = 'ingress' | 'egress'
export interface PolicyRule {
  /** undefined: everybody */
  peers: readonly PolicyPeer[] | undefined
  /** undefined: every port of every protocol */
  ports: readonly PolicyPort[] | undefined
}

export const namespaceOf = (object: { metadata: { namespace?: string } }): string => object.metadata.namespace ?? 'default'
/** `shop/web-in`, as the rules' comments say it. */
export const fullName = (object: { metadata: { namespace?: string; name: string } }): string =>
  `${namespaceOf(object)}/${object.metadata.name}`

/** Policies act on pods with an address of their own: a hostNetwork pod is its node, and an ended pod's address may be another's by now. */
export function isPolicyPod(pod: PodObject): boolean {
  const { status, spec } = pod
  return !spec?.hostNetwork && podAddresses(pod).length > 0 && status?.phase !== 'Succeeded' && status?.phase !== 'Failed'
}

export function podAddresses(pod: PodObject): string[] {
  const { podIP, podIPs } = pod.status ?? {}
  return podIPs?.length ? podIPs.map((p) => p.ip) : podIP ? [podIP] : []
}

/** The directions a policy isolates. Without policyTypes: Ingress, and Egress if there are egress rules, as the API server fills in. */
function directionsOf({ spec }: PolicyObject): Direction[] {
  const types = spec?.policyTypes?.length ? spec.policyTypes : spec?.egress?.length ? ['Ingress', 'Egress'] : ['Ingress']
  return (['ingress', 'egress'] as const).filter((d) => types.some((t) => t.toLowerCase() === d))
}

/** The policies that isolate a pod in one direction, by name; none means that everything is allowed. */
export function policiesOf(pod: PodObject, direction: Direction, policies: readonly PolicyObject[]): PolicyObject[] {
  return policies
    .filter((p) => namespaceOf(p) === namespaceOf(pod) && directionsOf(p).includes(direction))
    .filter((p) => matchesLabelSelector(p.spec?.podSelector ?? {}, pod.metadata.labels))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
}

/** The rules of one direction. An absent or empty list of peers, or of ports, restricts nothing. */
export function rulesOf({ spec }: PolicyObject, direction: Direction): PolicyRule[] {
  const rules =
    direction === 'ingress'
      ? (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
      : (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }))
  return rules.map(({ peers, ports }) => ({ peers: peers?.length ? peers : undefined, ports: ports?.length ? ports : undefined }))
}

/** Does a peer that is no ipBlock mean this pod? Both selectors in one element must match; a podSelector alone means the policy's own namespace. */
export function peerMeansPod(peer: PolicyPeer, policy: PolicyObject, pod: PodObject, namespaces: readonly NamespaceObject[]): boolean {
  if (peer.ipBlock || !isPolicyPod(pod)) return false
  if (peer.podSelector && !matchesLabelSelector(peer.podSelector, pod.metadata.labels)) return false
  if (!peer.namespaceSelector) return peer.podSelector !== undefined && namespaceOf(pod) === namespaceOf(policy)
  const namespace = namespaces.find((n) => n.metadata.name === namespaceOf(pod))
  return namespace !== undefined && matchesLabelSelector(peer.namespaceSelector, namespace.metadata.labels)
}

/** Is one of the addresses in the block and in none of its exceptions? */
export function blockHolds({ cidr, except }: NonNullable<PolicyPeer['ipBlock']>, addresses: readonly string[]): boolean {
  return addresses.some((address) => rangeContains(cidr, address) && !except?.some((e) => rangeContains(e, address)))
}

/** The number a named port has in this pod, per protocol; a pod may use one name in several containers. */
export function namedPorts(pod: PodObject, name: string, protocol: string): number[] {
  const ports = (pod.spec?.containers ?? []).flatMap((c) => c.ports ?? [])
  return [...new Set(ports.filter((p) => p.name === name && (p.protocol ?? 'TCP') === protocol).map((p) => p.containerPort))]
}
