// Waits until a kind cluster has done what it was told: Deployments available, endpoints written, rules in every node's kernel. Used by cluster.ts.
import { setTimeout as delay } from 'node:timers/promises'
import { LabError } from '../../spec/errors.ts'
import type { KindApi } from './api-client.ts'
import type { PodObject } from './pod-table.ts'

interface Named {
  metadata: { name: string; namespace: string; generation?: number; labels?: Record<string, string> }
}
export interface DeploymentObject extends Named {
  spec: { replicas?: number }
  status?: { observedGeneration?: number; updatedReplicas?: number; availableReplicas?: number; replicas?: number }
}
export interface ServiceObject extends Named {
  spec: {
    type?: string
    selector?: Record<string, string>
    publishNotReadyAddresses?: boolean
    clusterIP?: string
    internalTrafficPolicy?: string
  }
}
export interface SliceObject extends Named {
  ports?: { port?: number; protocol?: string }[]
  endpoints?: { addresses: string[]; conditions?: { ready?: boolean; terminating?: boolean }; targetRef?: { uid?: string } }[]
}

const isReady = (pod: PodObject) => pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
const selects = (selector: Record<string, string>, { labels = {} }: { labels?: Record<string, string> }) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value)

/** Deployments that are not there yet, in words. Pure. */
export function waitingDeployments(deployments: readonly DeploymentObject[]): string[] {
  return deployments.flatMap(({ metadata, spec, status }) => {
    const wanted = spec.replicas ?? 1
    const counts = [status?.updatedReplicas ?? 0, status?.availableReplicas ?? 0, status?.replicas ?? 0]
    if ((status?.observedGeneration ?? 0) >= (metadata.generation ?? 1) && counts.every((count) => count === wanted)) return []
    return [`deployment ${metadata.namespace}/${metadata.name} has ${status?.availableReplicas ?? 0} of ${wanted} pods available`]
  })
}

/** Services whose EndpointSlices do not name exactly the ready Pods they select, in words. Pure. */
export function waitingEndpoints(services: readonly ServiceObject[], slices: readonly SliceObject[], pods: readonly PodObject[]): string[] {
  return services.flatMap(({ metadata, spec }) => {
    if (!spec.selector || Object.keys(spec.selector).length === 0 || spec.type === 'ExternalName' || spec.publishNotReadyAddresses)
      return []
    const wanted = pods.filter(
      (pod) =>
        pod.metadata.namespace === metadata.namespace &&
        selects(spec.selector ?? {}, pod.metadata) &&
        isReady(pod) &&
        !pod.metadata.deletionTimestamp &&
        pod.status?.podIP,
    )
    const own = slices.filter(
      (slice) => slice.metadata.namespace === metadata.namespace && slice.metadata.labels?.['kubernetes.io/service-name'] === metadata.name,
    )
    const ready = new Set(
      own
        .flatMap(({ endpoints }) => endpoints ?? [])
        .flatMap(({ conditions, targetRef }) =>
          conditions?.ready !== false && !conditions?.terminating && targetRef?.uid ? [targetRef.uid] : [],
        ),
    )
    const same = wanted.length === ready.size && wanted.every((pod) => ready.has(pod.metadata.uid))
    return same ? [] : [`endpoints of service ${metadata.namespace}/${metadata.name} are not written yet`]
  })
}

const portsOf = ({ ports, endpoints }: SliceObject, isMeant: (conditions: { ready?: boolean } | undefined) => boolean): string[] =>
  (endpoints ?? [])
    .filter(({ conditions }) => isMeant(conditions))
    .flatMap(({ addresses }) =>
      (ports ?? []).flatMap(({ port }) => (port === undefined ? [] : addresses.map((address) => `${address}:${port}`))),
    )

/** What a node's nat table still lacks of the endpoints, or still has of Pods that are gone, in words. Pure. */
export function staleRules(natTable: string, services: readonly ServiceObject[], slices: readonly SliceObject[]): string[] {
  // a Service for local traffic alone has rules on some nodes only
  const everywhere = services.filter(
    ({ spec }) => spec.type !== 'ExternalName' && spec.clusterIP && spec.clusterIP !== 'None' && spec.internalTrafficPolicy !== 'Local',
  )
  const names = new Set(everywhere.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`))
  const serviceOf = ({ metadata }: SliceObject) => `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name']}`
  const wanted = slices
    .filter((slice) => names.has(serviceOf(slice)))
    .flatMap((slice) =>
      portsOf(slice, (conditions) => conditions?.ready !== false).map((destination) => ({ service: serviceOf(slice), destination })),
    )
  const known = new Set(slices.flatMap((slice) => portsOf(slice, () => true)))
  // two Services may have the same Pods: the comment says whose rule it is
  const there = [...natTable.matchAll(/--comment "?([^":\s]+)\S*"? .*--to-destination (\S+:\d+)/g)].map(([, service, destination]) => ({
    service,
    destination: destination as string,
  }))
  return [
    ...wanted
      .filter((one) => !there.some(({ service, destination }) => service === one.service && destination === one.destination))
      .map(({ service, destination }) => `no rule from ${service} to ${destination}`),
    ...there
      .filter(({ destination }) => destination.startsWith('10.244.') && !known.has(destination))
      .map(({ destination }) => `a rule to ${destination}, which is gone`),
  ]
}

export interface SettledOptions {
  api: KindApi
  /** the nat table of a node as iptables-save prints it; only of nodes whose kube-proxy acts */
  natTables(): Promise<{ node: string; table: string }[]>
  /** what the policy agents have still to write, in words */
  waitingPolicies(): Promise<string[]>
}

const lookMs = 60

/** Throws LabError timeout that names what was missing, or the signal's reason. */
export async function waitUntilSettled(
  { api, natTables, waitingPolicies }: SettledOptions,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  const items = async <T>(path: string) => ((await api.request({ method: 'GET', path }, signal)).body as { items?: T[] }).items ?? []
  for (;;) {
    signal?.throwIfAborted()
    const [deployments, services, slices, pods] = await Promise.all([
      items<DeploymentObject>('/apis/apps/v1/deployments'),
      items<ServiceObject>('/api/v1/services'),
      items<SliceObject>('/apis/discovery.k8s.io/v1/endpointslices'),
      items<PodObject>('/api/v1/pods'),
    ])
    let missing = [...waitingDeployments(deployments), ...waitingEndpoints(services, slices, pods)]
    if (missing.length === 0) {
      const tables = await natTables()
      missing = tables.flatMap(({ node, table }) => staleRules(table, services, slices).map((what) => `${node} has ${what}`))
      if (missing.length === 0) missing = await waitingPolicies()
    }
    if (missing.length === 0) return
    if (performance.now() > deadline)
      throw new LabError('timeout', `The cluster did not settle within ${timeoutMs} ms: ${missing.slice(0, 5).join('; ')}.`, {
        hint: 'The events of the pods say what keeps them: kubectl get events -A.',
      })
    await delay(lookMs)
  }
}
