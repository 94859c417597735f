// What kindnetd has written of the NetworkPolicies, as far as a node shows it. Published kindnetd judges packets in user space and shows nothing:
// there nothing is waited for. Pure; cluster.ts reads the nodes.
import type { PodObject } from './pod-table.ts'

export interface PolicyObject {
  metadata: { name: string; namespace: string }
  spec: {
    podSelector: { matchLabels?: Record<string, string>; matchExpressions?: unknown[] }
    policyTypes?: string[]
  }
}

/** The table in which it writes, where it writes one. */
export const policyTable = 'inet kindnet-network-policies'

const selects = ({ matchLabels = {}, matchExpressions = [] }: PolicyObject['spec']['podSelector'], labels: Record<string, string> = {}) =>
  matchExpressions.length === 0 && Object.entries(matchLabels).every(([key, value]) => labels[key] === value)

/** Pods of a node that a policy isolates and whose chain is not there, and chains of Pods that none isolates, in words. */
export function stalePolicies(node: string, table: string, policies: readonly PolicyObject[], pods: readonly PodObject[]): string[] {
  const here = pods.filter(({ spec, status }) => spec.nodeName === node && !spec.hostNetwork && status?.podIP && status.phase === 'Running')
  const wanted = new Set(
    policies.flatMap(({ metadata: { namespace }, spec }) =>
      here
        .filter((pod) => pod.metadata.namespace === namespace && selects(spec.podSelector, pod.metadata.labels))
        .flatMap(({ metadata: { name } }) =>
          (spec.policyTypes ?? ['Ingress']).map((type) => `${type.toLowerCase()} of ${namespace}/${name}`),
        ),
    ),
  )
  const there = new Set([...table.matchAll(/comment "(ingress|egress) \w+: ([^"]+)"/g)].map((match) => `${match[1]} of ${match[2]}`))
  return [
    ...[...wanted].filter((chain) => !there.has(chain)).map((chain) => `${node} has no rules for ${chain}`),
    ...[...there]
      .filter((chain) => !wanted.has(chain) && !policies.some(({ spec }) => spec.podSelector.matchExpressions?.length))
      .map((chain) => `${node} still has rules for ${chain}`),
  ]
}
