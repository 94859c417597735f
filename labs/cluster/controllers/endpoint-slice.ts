// The EndpointSlice controller: keeps the slices of every Service that has a selector equal to its pods.
import { equalJson } from '../api/json-value.ts'
import type { KubeObject, NewObject } from '../api/store.ts'
import { type ControllerContext, controllerReference, now, type StartController } from './controller.ts'
import { watchServices } from './service-controller.ts'
import { copiedLabels, type EndpointGroup, endpointGroups, type PodEndpoint, podReference, selectsPods } from './service-endpoints.ts'
import { hintsFor } from './traffic-hints.ts'

const manager = 'endpointslice-controller.k8s.io'
const serviceLabel = 'kubernetes.io/service-name'
const managerLabel = 'endpointslice.kubernetes.io/managed-by'
const triggerAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time'
const mostPerSlice = 100

export const startEndpointSliceController: StartController = (context) =>
  watchServices(context, {
    name: 'endpointslice-controller',
    output: 'endpointslices',
    serviceOf: (slice) => (slice.metadata.labels?.[managerLabel] === manager ? slice.metadata.labels[serviceLabel] : undefined),
    reconcile: (namespace, name, service) => reconcile(context, namespace, name, service),
  })

function reconcile(context: ControllerContext, namespace: string, name: string, service: KubeObject | undefined): void {
  const { store } = context
  if (!service || service.metadata.deletionTimestamp || !selectsPods(service)) return // the garbage collector takes the slices
  const selector = `${serviceLabel}=${name},${managerLabel}=${manager}`
  const existing = store.list('endpointslices', { namespace, labelSelector: selector }).filter((s) => !s.metadata.deletionTimestamp)
  const groups = endpointGroups(service, store.list('pods', { namespace })).flatMap(splitGroup)
  // A Service without endpoints keeps one slice, empty.
  if (groups.length === 0) groups.push({ ports: [], endpoints: [] })
  const pairs = pairUp(groups, existing)
  for (const [group, slice] of pairs) write(context, service, group, slice)
  const used = new Set(pairs.map(([, slice]) => slice?.metadata.uid))
  for (const slice of existing) if (!used.has(slice.metadata.uid)) store.delete('endpointslices', namespace, slice.metadata.name)
}

function splitGroup(group: EndpointGroup): EndpointGroup[] {
  const parts: EndpointGroup[] = []
  for (let at = 0; at < group.endpoints.length; at += mostPerSlice) {
    parts.push({ ports: group.ports, endpoints: group.endpoints.slice(at, at + mostPerSlice) })
  }
  return parts
}

/** Slices with the same ports are kept; then slices that would go are used for groups that would need a new one. */
function pairUp(groups: readonly EndpointGroup[], existing: readonly KubeObject[]): [EndpointGroup, KubeObject | undefined][] {
  const free = [...existing]
  const take = (fits: (slice: KubeObject) => boolean): KubeObject | undefined => {
    const at = free.findIndex(fits)
    return at < 0 ? undefined : free.splice(at, 1)[0]
  }
  const matched = groups.map((group) => [group, take((slice) => equalJson(slice.ports ?? [], group.ports))] as const)
  return matched.map(([group, slice]) => [group, slice ?? take(() => true)])
}

const zoneOf = (context: ControllerContext, nodeName: string | undefined): string | undefined =>
  nodeName ? context.store.get('nodes', undefined, nodeName)?.metadata.labels?.['topology.kubernetes.io/zone'] : undefined

function endpointObject(context: ControllerContext, service: KubeObject, endpoint: PodEndpoint) {
  const { pod, address, ready, serving, terminating } = endpoint
  const zone = zoneOf(context, pod.spec.nodeName)
  const { hostname, subdomain, nodeName } = pod.spec
  const hints = hintsFor(service.spec?.trafficDistribution, { ready, ...(nodeName ? { nodeName } : {}), ...(zone ? { zone } : {}) })
  return {
    addresses: [address],
    conditions: { ready, serving, terminating },
    ...(hostname && subdomain === service.metadata.name ? { hostname } : {}),
    ...(hints ? { hints } : {}),
    ...(nodeName ? { nodeName } : {}),
    targetRef: podReference(pod),
    ...(zone ? { zone } : {}),
  }
}

/** Endpoints that were there keep their place, so that a change of one is a change of one line. */
function inOldOrder(endpoints: ReturnType<typeof endpointObject>[], slice: KubeObject | undefined): ReturnType<typeof endpointObject>[] {
  const places = new Map<string, number>(
    (slice?.endpoints ?? []).map((e: { targetRef?: { uid: string } }, i: number) => [e.targetRef?.uid ?? '', i]),
  )
  const place = (e: ReturnType<typeof endpointObject>): number => places.get(e.targetRef.uid) ?? Number.MAX_SAFE_INTEGER
  return endpoints.sort((a, b) => place(a) - place(b) || (a.targetRef.name < b.targetRef.name ? -1 : 1))
}

function write(context: ControllerContext, service: KubeObject, group: EndpointGroup, slice: KubeObject | undefined): void {
  const { store } = context
  const { namespace, name } = service.metadata
  const endpoints = inOldOrder(
    group.endpoints.map((e) => endpointObject(context, service, e)),
    slice,
  )
  const labels = copiedLabels(service, { [serviceLabel]: name, [managerLabel]: manager })
  if (!slice) {
    const object: NewObject = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        generateName: `${name}-`,
        namespace,
        labels,
        annotations: { [triggerAnnotation]: now(context) },
        ownerReferences: [controllerReference(service)],
      },
      addressType: 'IPv4',
      endpoints,
      ports: group.ports,
    }
    store.create('endpointslices', object)
    return
  }
  if (equalJson(slice.endpoints ?? [], endpoints) && equalJson(slice.ports ?? [], group.ports) && equalJson(slice.metadata.labels, labels))
    return
  store.mutate('endpointslices', namespace, slice.metadata.name, (draft) => {
    draft.endpoints = endpoints
    draft.ports = group.ports
    draft.metadata.labels = labels
    draft.metadata.annotations = { ...draft.metadata.annotations, [triggerAnnotation]: now(context) }
  })
}
