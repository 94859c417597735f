// The Endpoints controller: the older object that says the same as EndpointSlices, still read by people and old tools.
import { equalJson } from '../api/json-value.ts'
import type { KubeObject } from '../api/store.ts'
import { type ControllerContext, now, type StartController } from './controller.ts'
import { watchServices } from './service-controller.ts'
import { copiedLabels, type EndpointGroup, endpointGroups, type PodEndpoint, podReference, selectsPods } from './service-endpoints.ts'

const managed = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' }
const triggerAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time'

export const startEndpointsController: StartController = (context) =>
  watchServices(context, {
    name: 'endpoints-controller',
    output: 'endpoints',
    serviceOf: (endpoints) => endpoints.metadata.name,
    reconcile: (namespace, name, service) => reconcile(context, namespace, name, service),
  })

function reconcile(context: ControllerContext, namespace: string, name: string, service: KubeObject | undefined): void {
  const { store } = context
  const existing = store.get('endpoints', namespace, name)
  if (!service) {
    // Also those a person made: upstream deletes Endpoints with their Service.
    if (existing) store.delete('endpoints', namespace, name)
    return
  }
  if (!selectsPods(service) || service.metadata.deletionTimestamp) return
  const subsets = endpointGroups(service, store.list('pods', { namespace })).flatMap((group) => toSubset(service, group))
  const labels = copiedLabels(service, managed)
  if (!existing) {
    const metadata = { name, namespace, labels, annotations: { [triggerAnnotation]: now(context) } }
    store.create('endpoints', { apiVersion: 'v1', kind: 'Endpoints', metadata, ...(subsets.length ? { subsets } : {}) })
    return
  }
  if (equalJson(existing.subsets ?? [], subsets) && equalJson(existing.metadata.labels, labels)) return
  store.mutate('endpoints', namespace, name, (draft) => {
    if (subsets.length) draft.subsets = subsets
    else delete draft.subsets
    draft.metadata.labels = labels
    draft.metadata.annotations = { ...draft.metadata.annotations, [triggerAnnotation]: now(context) }
  })
}

/** Terminating pods are in no subset, unless the Service publishes what is not ready. */
function toSubset(service: KubeObject, group: EndpointGroup) {
  const endpoints = group.endpoints.filter((e) => !e.terminating || service.spec.publishNotReadyAddresses)
  const addresses = (ready: boolean) =>
    endpoints
      .filter((e) => e.ready === ready)
      .map(toAddress)
      .sort((a, b) => (a.ip < b.ip ? -1 : 1))
  const [ready, notReady] = [addresses(true), addresses(false)]
  if (ready.length + notReady.length === 0) return []
  const ports = group.ports.map(({ name, ...port }) => ({ ...(name ? { name } : {}), ...port }))
  return [
    {
      ...(ready.length ? { addresses: ready } : {}),
      ...(notReady.length ? { notReadyAddresses: notReady } : {}),
      ...(ports.length ? { ports } : {}),
    },
  ]
}

const toAddress = ({ pod, address }: PodEndpoint) => ({
  ip: address,
  ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
  targetRef: podReference(pod),
})
