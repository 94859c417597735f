// Which HTTPRoutes hang on which listeners of a Gateway, and why the others do not. Pure.
import type { Json } from '../api/json-value.ts'
import { matchesLabelSelector } from '../api/selectors.ts'
import type { KubeObject } from '../api/store.ts'

export interface GatewayObjects {
  gateway: KubeObject
  routes: readonly KubeObject[]
  services: readonly KubeObject[]
  endpointSlices: readonly KubeObject[]
  namespaces: readonly KubeObject[]
}
/** One parentRef of a route that names this Gateway. */
export interface Attachment {
  route: KubeObject
  parentRef: Json
  /** names of listeners, with the hosts that the route has there; empty: not accepted */
  listeners: Map<string, string[]>
  accepted: Verdict
  resolved: Verdict
}
export interface Verdict {
  status: 'True' | 'False'
  reason: string
  message: string
}

export const group = 'gateway.networking.k8s.io'
const refused = (reason: string, message: string): Verdict => ({ status: 'False', reason, message })

export function attachmentsOf(objects: GatewayObjects): Attachment[] {
  const { metadata } = objects.gateway
  return objects.routes.flatMap((route) =>
    (route.spec.parentRefs ?? [])
      .filter(
        (ref: Json) =>
          ref.group === group &&
          ref.kind === 'Gateway' &&
          ref.name === metadata.name &&
          (ref.namespace ?? route.metadata.namespace) === metadata.namespace,
      )
      .map((parentRef: Json) => ({ route, parentRef, ...attach(objects, route, parentRef), resolved: resolve(objects, route) })),
  )
}

function attach(objects: GatewayObjects, route: KubeObject, parentRef: Json): Pick<Attachment, 'listeners' | 'accepted'> {
  const none = (verdict: Verdict) => ({ listeners: new Map<string, string[]>(), accepted: verdict })
  const all: Json[] = objects.gateway.spec.listeners
  const named = all.filter(
    ({ name, port }) =>
      (parentRef.sectionName === undefined || parentRef.sectionName === name) && (parentRef.port === undefined || parentRef.port === port),
  )
  if (named.length === 0) return none(refused('NoMatchingParent', 'No listeners match this parent ref'))
  const open = named.filter((listener) => allows(objects, listener, route))
  if (open.length === 0) return none(refused('NotAllowedByListeners', 'No listeners included by this parent ref allowed this attachment.'))
  const listeners = new Map<string, string[]>()
  for (const listener of open) {
    const hosts = sharedHosts(listener.hostname, route.spec.hostnames)
    if (hosts.length) listeners.set(listener.name, hosts)
  }
  if (listeners.size === 0)
    return none(
      refused(
        'NoMatchingListenerHostname',
        "There were no hostname intersections between the HTTPRoute and this parent ref's Listener(s).",
      ),
    )
  return { listeners, accepted: { status: 'True', reason: 'Accepted', message: 'Route is accepted' } }
}

function allows({ gateway, namespaces }: GatewayObjects, listener: Json, route: KubeObject): boolean {
  const { namespaces: from, kinds } = listener.allowedRoutes
  if (kinds?.length && !kinds.some((each: Json) => each.kind === 'HTTPRoute' && (each.group ?? group) === group)) return false
  if (from.from === 'All') return true
  if (from.from === 'Same') return route.metadata.namespace === gateway.metadata.namespace
  const home = namespaces.find(({ metadata }) => metadata.name === route.metadata.namespace)
  return home !== undefined && matchesLabelSelector(from.selector ?? {}, home.metadata.labels ?? {})
}

/** Hosts for which a listener takes the route's requests: the more specific of each pair. `*`: any. */
export function sharedHosts(listener: string | undefined, route: readonly string[] | undefined): string[] {
  if (!route?.length) return [listener ?? '*']
  if (!listener) return [...route]
  return route.flatMap((host) => (covers(listener, host) ? [host] : covers(host, listener) ? [listener] : []))
}
/** *.example.com covers a.example.com and a.b.example.com, and itself. */
const covers = (pattern: string, host: string): boolean => pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)))

/** Whether every backend is there. Another namespace's would need a ReferenceGrant, which this lab does not have. */
function resolve({ services }: GatewayObjects, route: KubeObject): Verdict {
  for (const rule of route.spec.rules)
    for (const backend of rule.backendRefs ?? []) {
      const verdict = problemOf(backend, route, services)
      if (verdict) return verdict
    }
  return { status: 'True', reason: 'ResolvedRefs', message: 'Resolved all the Object references for the Route' }
}

function problemOf(backend: Json, route: KubeObject, services: readonly KubeObject[]): Verdict | undefined {
  const namespace = backend.namespace ?? route.metadata.namespace
  if (backend.kind !== 'Service' || backend.group !== '')
    return refused('InvalidKind', `Failed to process route: ${backend.group || 'core'}/${backend.kind} is no backend; only Service is.`)
  if (namespace !== route.metadata.namespace)
    return refused('RefNotPermitted', `Backend ref to Service ${namespace}/${backend.name} not permitted by any ReferenceGrant.`)
  const service = serviceOf(backend, route, services)
  if (!service) return refused('BackendNotFound', `Service ${namespace}/${backend.name} not found.`)
  if (!(service.spec.ports ?? []).some(({ port }: Json) => port === backend.port))
    return refused('BackendNotFound', `TCP Port ${backend.port} not found on Service ${namespace}/${backend.name}.`)
  return undefined
}

const serviceOf = (backend: Json, route: KubeObject, services: readonly KubeObject[]): KubeObject | undefined =>
  services.find(({ metadata }) => metadata.namespace === (backend.namespace ?? route.metadata.namespace) && metadata.name === backend.name)

/** The Service and port of a backend that can be used; undefined where requests to it must fail. */
export function usableService(backend: Json, route: KubeObject, services: readonly KubeObject[]): KubeObject | undefined {
  return problemOf(backend, route, services) ? undefined : serviceOf(backend, route, services)
}
