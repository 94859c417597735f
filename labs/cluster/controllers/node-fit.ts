// Whether a pod may run on a node, and upstream's words when it may not. Pure; the scheduler asks.
import { quantityValue } from '../api/quantities.ts'
import type { KubeObject } from '../api/store.ts'
import { isPodFinished } from './controller.ts'

export interface Taint {
  key: string
  value?: string
  effect: string
}
export interface Toleration {
  key?: string
  operator?: string
  value?: string
  effect?: string
  /** of a NoExecute taint; absent: for ever */
  tolerationSeconds?: number
}
interface Requirement {
  key: string
  operator: string
  values?: string[]
}
interface SelectorTerm {
  matchExpressions?: Requirement[]
  matchFields?: Requirement[]
}

/** Why not, and whether evicting other pods could change it. */
export interface Misfit {
  reason: string
  /** what else is missing: only resources come in numbers */
  also?: string[]
  preemptible: boolean
}

export const tolerates = (tolerations: readonly Toleration[] | undefined, taint: Taint): boolean =>
  (tolerations ?? []).some(
    (t) =>
      (!t.effect || t.effect === taint.effect) &&
      (!t.key || t.key === taint.key) &&
      (t.operator === 'Exists' ? true : t.key !== undefined && (t.value ?? '') === (taint.value ?? '')),
  )

function meets(value: string | undefined, { operator, values = [] }: Requirement): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0])
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0])
    default:
      return false
  }
}

/** A term without requirements matches nothing. */
function meetsTerm(node: KubeObject, term: SelectorTerm): boolean {
  const { matchExpressions = [], matchFields = [] } = term
  if (matchExpressions.length + matchFields.length === 0) return false
  return (
    matchExpressions.every((r) => meets(node.metadata.labels?.[r.key], r)) &&
    matchFields.every((r) => meets(r.key === 'metadata.name' ? node.metadata.name : undefined, r))
  )
}

function selectsNode(pod: KubeObject, node: KubeObject): boolean {
  const selector: Record<string, string> = pod.spec.nodeSelector ?? {}
  if (!Object.entries(selector).every(([key, value]) => node.metadata.labels?.[key] === value)) return false
  const terms: SelectorTerm[] | undefined =
    pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  return terms === undefined || terms.some((term) => meetsTerm(node, term))
}

const hostPorts = (pod: KubeObject): string[] =>
  (pod.spec.containers ?? []).flatMap((c: { ports?: { hostPort?: number; containerPort: number; protocol?: string }[] }) =>
    (c.ports ?? []).flatMap((p) => {
      const port = p.hostPort ?? (pod.spec.hostNetwork ? p.containerPort : undefined)
      return port ? [`${p.protocol ?? 'TCP'}/${port}`] : []
    }),
  )

/** Undefined when the pod may run there. `others` are the pods of that node. In the order of upstream's filter plugins. */
export function misfit(pod: KubeObject, node: KubeObject, others: readonly KubeObject[]): Misfit | undefined {
  const tolerations: Toleration[] | undefined = pod.spec.tolerations
  const cordoned: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }
  if (node.spec?.unschedulable && !tolerates(tolerations, cordoned)) return { reason: 'node(s) were unschedulable', preemptible: false }
  const taints: Taint[] = (node.spec?.taints ?? []).filter((t: Taint) => t.effect === 'NoSchedule' || t.effect === 'NoExecute')
  if (taints.some((taint) => !tolerates(tolerations, taint))) return { reason: 'node(s) had untolerated taint(s)', preemptible: false }
  if (!selectsNode(pod, node)) return { reason: "node(s) didn't match Pod's node affinity/selector", preemptible: false }
  const taken = new Set(others.filter((p) => !isPodFinished(p)).flatMap(hostPorts))
  if (hostPorts(pod).some((port) => taken.has(port)))
    return { reason: "node(s) didn't have free ports for the requested pod ports", preemptible: true }
  return tooSmall(pod, node, others)
}

/** Requests of containers, or of an init container that asks for more; every pod takes one place. */
function requestOf(pod: KubeObject, resource: string): bigint {
  if (resource === 'pods') return 1n
  const asked = (containers: { resources?: { requests?: Record<string, string> } }[] | undefined) =>
    (containers ?? []).map(({ resources }) => quantityValue(resources?.requests?.[resource] ?? '0'))
  const together = asked(pod.spec.containers).reduce((sum, value) => sum + value, 0n)
  return asked(pod.spec.initContainers).reduce((most, value) => (value > most ? value : most), together)
}

function tooSmall(pod: KubeObject, node: KubeObject, others: readonly KubeObject[]): Misfit | undefined {
  const allocatable: Record<string, string> = node.status?.allocatable ?? {}
  const running = others.filter((p) => !isPodFinished(p))
  const lacking = ['pods', 'cpu', 'memory', 'ephemeral-storage'].filter((resource) => {
    const wanted = requestOf(pod, resource)
    if (wanted === 0n || allocatable[resource] === undefined) return false
    return wanted + running.reduce((sum, p) => sum + requestOf(p, resource), 0n) > quantityValue(allocatable[resource])
  })
  if (lacking.length === 0) return undefined
  const [reason = '', ...also] = lacking.map((resource) => (resource === 'pods' ? 'Too many pods' : `Insufficient ${resource}`))
  // what does not fit into the empty node is not helped by emptying it
  const preemptible = lacking.every((resource) => requestOf(pod, resource) <= quantityValue(allocatable[resource] as string))
  return { reason, ...(also.length ? { also } : {}), preemptible }
}

/** The sentence of FailedScheduling. */
export function describeMisfits(misfits: readonly Misfit[]): string {
  const total = misfits.length
  if (total === 0) return 'no nodes available to schedule pods'
  const counted = (texts: readonly string[]): string =>
    [...new Set(texts)]
      .map((text) => `${texts.filter((t) => t === text).length} ${text}`)
      .sort()
      .join(', ')
  const preemption = misfits.map((m) =>
    m.preemptible ? 'No preemption victims found for incoming pod' : 'Preemption is not helpful for scheduling',
  )
  return `0/${total} nodes are available: ${counted(misfits.flatMap((m) => [m.reason, ...(m.also ?? [])]))}. preemption: 0/${total} nodes are available: ${counted(preemption)}.`
}
