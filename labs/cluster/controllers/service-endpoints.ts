// The pods behind a Service as endpoints: which pods, under which port numbers, in which condition. Pure; used for EndpointSlices and Endpoints.
import type { KubeObject } from '../api/store.ts'
import { isPodFinished, isPodReady } from './controller.ts'

export interface EndpointPort {
  name: string
  port: number
  protocol: string
  appProtocol?: string
}
export interface PodEndpoint {
  pod: KubeObject
  address: string
  ready: boolean
  serving: boolean
  terminating: boolean
}
/** Pods that share port numbers: one slice or subset. */
export interface EndpointGroup {
  ports: EndpointPort[]
  endpoints: PodEndpoint[]
}

/** Only Services that select pods have endpoints made for them. */
export const selectsPods = (service: KubeObject): boolean => service.spec?.selector != null && service.spec.type !== 'ExternalName'

export const selects = (service: KubeObject, labels: Record<string, string> | undefined): boolean =>
  selectsPods(service) && Object.entries(service.spec.selector).every(([key, value]) => labels?.[key] === value)

interface ServicePort {
  name?: string
  port: number
  protocol?: string
  targetPort?: number | string
  appProtocol?: string
}
interface ContainerPort {
  name?: string
  containerPort: number
  protocol?: string
}

/** The number a target port stands for in this pod; undefined when it names a port the pod has not. */
function targetPort(pod: KubeObject, port: ServicePort): number | undefined {
  const target = port.targetPort ?? port.port
  if (typeof target === 'number') return target === 0 ? port.port : target
  if (/^\d+$/.test(target)) return Number(target)
  const sidecars = (pod.spec.initContainers ?? []).filter((c: { restartPolicy?: string }) => c.restartPolicy === 'Always')
  for (const container of [...(pod.spec.containers ?? []), ...sidecars]) {
    const found = (container.ports ?? []).find(
      (p: ContainerPort) => p.name === target && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    )
    if (found) return found.containerPort
  }
  return undefined
}

function portsOf(service: KubeObject, pod: KubeObject): EndpointPort[] {
  return ((service.spec.ports ?? []) as ServicePort[]).flatMap((port) => {
    const number = targetPort(pod, port)
    if (number === undefined) return []
    const appProtocol = port.appProtocol ? { appProtocol: port.appProtocol } : {}
    return [{ name: port.name ?? '', port: number, protocol: port.protocol ?? 'TCP', ...appProtocol }]
  })
}

/**
 * All endpoints of a Service, terminating ones too, grouped by their ports. Pods without an address or that have ended are none; a pod whose
 * named ports do not resolve is one without ports, as upstream has it.
 */
export function endpointGroups(service: KubeObject, pods: readonly KubeObject[]): EndpointGroup[] {
  const groups = new Map<string, EndpointGroup>()
  const early = service.spec.publishNotReadyAddresses === true
  for (const pod of pods) {
    const address: string | undefined = pod.status?.podIP
    if (!address || isPodFinished(pod) || !selects(service, pod.metadata.labels)) continue
    const ports = portsOf(service, pod)
    const key = JSON.stringify(ports)
    const group = groups.get(key) ?? { ports, endpoints: [] }
    const serving = isPodReady(pod)
    const terminating = pod.metadata.deletionTimestamp !== undefined
    group.endpoints.push({ pod, address, serving, terminating, ready: early || (serving && !terminating) })
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** Labels of the Service, plus what marks its slices and Endpoints. */
export function copiedLabels(service: KubeObject, own: Record<string, string>): Record<string, string> {
  const labels = { ...service.metadata.labels }
  for (const reserved of [
    'kubernetes.io/service-name',
    'endpointslice.kubernetes.io/managed-by',
    'endpoints.kubernetes.io/managed-by',
    'service.kubernetes.io/headless',
  ]) {
    delete labels[reserved]
  }
  return { ...labels, ...own, ...(service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}) }
}

export const podReference = (pod: KubeObject) => ({
  kind: 'Pod',
  name: pod.metadata.name,
  namespace: pod.metadata.namespace,
  uid: pod.metadata.uid,
})
