// The Gateway controller: for each Gateway of its class an Envoy (Deployment, Service, and a ConfigMap with the files it watches), and the conditions of
// the Gateway and its HTTPRoutes. What those files say is worked out in gateway-api/.
import { equalJson, type Json } from '../api/json-value.ts'
import type { KubeObject, NewObject } from '../api/store.ts'
import { clusterNodes } from '../cni/topology.ts'
import { envoyArguments, envoyFiles } from '../envoy/config.ts'
import { type Attachment, attachmentsOf, group, type Verdict } from '../gateway-api/attach.ts'
import { containerPort, envoyFolder, gatewayResources, readyPath, readyPort } from '../gateway-api/xds.ts'
import { type Condition, type ControllerContext, controllerReference, keyOf, now, type StartController, splitKey } from './controller.ts'
import { createWorkQueue } from './work-queue.ts'

/** Envoy Gateway's. */
export const gatewayController = 'gateway.envoyproxy.io/gatewayclass-controller'
const image = 'docker.io/envoyproxy/envoy:v1.40.0'
/** The node whose address a Gateway's Service gets, as a load balancer that only has nodes to give would choose one. */
const doorNode = 'worker'
const proxyOf = (gateway: KubeObject): string => `envoy-${gateway.metadata.name}`

export const startGatewayController: StartController = (context) => {
  const { store } = context
  const queue = createWorkQueue({ ...context, name: 'gateway-controller', reconcile: (key) => reconcile(context, key) })
  // a change of a route or an endpoint may matter to any Gateway, and there is rarely more than one
  const wakeAll = () => {
    for (const gateway of store.list('gateways')) queue.add(keyOf(gateway))
  }
  const unwatch = [
    store.watch('gatewayclasses', ({ type, object }) => {
      if (type !== 'DELETED') acceptClass(context, object)
      wakeAll()
    }),
    ...['gateways', 'httproutes', 'services', 'endpointslices', 'deployments', 'namespaces'].map((resource) =>
      store.watch(resource, wakeAll),
    ),
  ]
  return () => {
    for (const off of unwatch) off()
    queue.stop()
  }
}

function acceptClass(context: ControllerContext, gatewayClass: KubeObject): void {
  if (gatewayClass.spec.controllerName !== gatewayController) return
  const verdict: Verdict = { status: 'True', reason: 'Accepted', message: 'Valid GatewayClass' }
  context.store.mutate(
    'gatewayclasses',
    undefined,
    gatewayClass.metadata.name,
    (draft) => {
      draft.status = { ...draft.status, conditions: conditions(context, draft, draft.status?.conditions, { Accepted: verdict }) }
    },
    { subresource: 'status' },
  )
}

function reconcile(context: ControllerContext, key: string): void {
  const { store } = context
  const { namespace, name } = splitKey(key)
  const gateway = store.get('gateways', namespace, name)
  if (!gateway || gateway.metadata.deletionTimestamp) return
  const gatewayClass = store.get('gatewayclasses', undefined, gateway.spec.gatewayClassName)
  if (gatewayClass?.spec.controllerName !== gatewayController) return
  const objects = {
    gateway,
    routes: store.list('httproutes'),
    services: store.list('services'),
    endpointSlices: store.list('endpointslices'),
    namespaces: store.list('namespaces'),
  }
  const attachments = attachmentsOf(objects)
  const files = envoyFiles(envoyFolder, proxyOf(gateway), gatewayResources(objects, attachments))
  for (const [resource, wanted, field] of proxyObjects(gateway, files)) keep(context, resource, wanted, field)
  giveAddress(context, gateway)
  writeGatewayStatus(context, gateway, attachments)
  writeRouteStatus(context, gateway, attachments)
}

/** What runs the proxy, with the field of each that is kept as written. */
function proxyObjects(gateway: KubeObject, files: Record<string, string>): [resource: string, object: NewObject, field: 'data' | 'spec'][] {
  const labels = {
    'app.kubernetes.io/name': 'envoy',
    'app.kubernetes.io/managed-by': 'envoy-gateway',
    'gateway.networking.k8s.io/gateway-name': gateway.metadata.name,
  }
  const name = proxyOf(gateway)
  const metadata = { name, namespace: gateway.metadata.namespace as string, labels, ownerReferences: [controllerReference(gateway)] }
  const ports = [...new Set((gateway.spec.listeners as Json[]).map(({ port }) => port as number))]
  const container = {
    name: 'envoy',
    image,
    args: envoyArguments(envoyFolder),
    ports: [
      ...ports.map((port) => ({ name: `http-${port}`, containerPort: containerPort(port) })),
      { name: 'readiness', containerPort: readyPort },
    ],
    readinessProbe: { httpGet: { path: readyPath, port: readyPort }, periodSeconds: 1, failureThreshold: 1 },
    volumeMounts: [{ name: 'config', mountPath: envoyFolder, readOnly: true }],
  }
  return [
    ['configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: files }, 'data'],
    [
      'services',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: {
          type: 'LoadBalancer',
          selector: labels,
          ports: ports.map((port) => ({ name: `http-${port}`, port, protocol: 'TCP', targetPort: containerPort(port) })),
        },
      },
      'spec',
    ],
    [
      'deployments',
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              automountServiceAccountToken: false,
              terminationGracePeriodSeconds: 5,
              containers: [container],
              volumes: [{ name: 'config', configMap: { name } }],
            },
          },
        },
      },
      'spec',
    ],
  ]
}

/** Makes the object; of one that is there, gives back what it must say. What others added is left alone. */
function keep({ store }: ControllerContext, resource: string, wanted: NewObject, field: 'data' | 'spec'): void {
  const { namespace, name } = wanted.metadata
  if (!store.get(resource, namespace, name as string)) store.create(resource, wanted)
  else
    store.mutate(resource, namespace, name as string, (draft) => {
      draft[field] = field === 'data' ? wanted.data : overlaid(draft.spec, wanted.spec)
    })
}
/** `wanted` laid over what is there, which has defaults and allocated numbers as well. Lists of the same length are laid over one by one. */
function overlaid(there: Json, wanted: Json): Json {
  if (Array.isArray(wanted)) return wanted.map((item, i) => (there?.length === wanted.length ? overlaid(there[i], item) : item))
  if (typeof wanted !== 'object' || wanted === null) return wanted
  const merged = { ...there }
  for (const [key, value] of Object.entries(wanted)) merged[key] = overlaid(there?.[key], value)
  return merged
}

const doorAddress = clusterNodes.find(({ name }) => name === doorNode)?.address ?? ''
function giveAddress({ store }: ControllerContext, gateway: KubeObject): void {
  const give = (draft: KubeObject) => {
    draft.status = { ...draft.status, loadBalancer: { ingress: [{ ip: doorAddress, ipMode: 'VIP' }] } }
  }
  store.mutate('services', gateway.metadata.namespace, proxyOf(gateway), give, { subresource: 'status' })
}

function writeGatewayStatus(context: ControllerContext, gateway: KubeObject, attachments: readonly Attachment[]): void {
  const { namespace, name } = gateway.metadata
  const ready: number = context.store.get('deployments', namespace, proxyOf(gateway))?.status?.availableReplicas ?? 0
  const accepted: Verdict = { status: 'True', reason: 'Accepted', message: 'The Gateway has been scheduled by Envoy Gateway' }
  const programmed: Verdict = ready
    ? { status: 'True', reason: 'Programmed', message: `Address assigned to the Gateway, ${ready}/1 envoy replicas available` }
    : { status: 'False', reason: 'NoResources', message: 'Envoy replicas unavailable' }
  const listenerVerdicts: Record<string, Verdict> = {
    Accepted: { status: 'True', reason: 'Accepted', message: 'Listener has been successfully translated' },
    Programmed: { status: 'True', reason: 'Programmed', message: 'Sending translated listener configuration to the data plane' },
    ResolvedRefs: { status: 'True', reason: 'ResolvedRefs', message: 'Listener references have been resolved' },
  }
  context.store.mutate(
    'gateways',
    namespace,
    name,
    (draft) => {
      const before: Json[] = draft.status?.listeners ?? []
      draft.status = {
        addresses: [{ type: 'IPAddress', value: doorAddress }],
        conditions: conditions(context, draft, draft.status?.conditions, { Accepted: accepted, Programmed: programmed }),
        listeners: (draft.spec.listeners as Json[]).map((listener) => ({
          name: listener.name,
          supportedKinds: [{ group, kind: 'HTTPRoute' }],
          attachedRoutes: attachments.filter(({ listeners }) => listeners.has(listener.name)).length,
          conditions: conditions(context, draft, before.find((each) => each.name === listener.name)?.conditions, listenerVerdicts),
        })),
      }
    },
    { subresource: 'status' },
  )
}

/** A route says of each parent what became of it; other controllers' entries, and those of other Gateways, stay. */
function writeRouteStatus(context: ControllerContext, gateway: KubeObject, attachments: readonly Attachment[]): void {
  const isThis = (route: KubeObject, { parentRef, controllerName }: Json) =>
    controllerName === gatewayController &&
    parentRef.name === gateway.metadata.name &&
    (parentRef.namespace ?? route.metadata.namespace) === gateway.metadata.namespace
  for (const route of context.store.list('httproutes')) {
    const before: Json[] = route.status?.parents ?? []
    const mine = attachments.filter((each) => each.route.metadata.uid === route.metadata.uid)
    if (mine.length === 0 && !before.some((parent) => isThis(route, parent))) continue
    context.store.mutate(
      'httproutes',
      route.metadata.namespace,
      route.metadata.name,
      (draft) => {
        const parents = mine.map(({ parentRef, accepted, resolved }) => {
          const old = before.find((each) => isThis(route, each) && equalJson(each.parentRef, parentRef))
          const verdicts = { Accepted: accepted, ResolvedRefs: resolved }
          return { parentRef, controllerName: gatewayController, conditions: conditions(context, draft, old?.conditions, verdicts) }
        })
        draft.status = { parents: [...before.filter((parent) => !isThis(route, parent)), ...parents] }
      },
      { subresource: 'status' },
    )
  }
}

/** The time of a condition is that of its last turn. */
function conditions(
  context: ControllerContext,
  { metadata }: KubeObject,
  before: Condition[] = [],
  verdicts: Record<string, Verdict>,
): (Condition & { observedGeneration?: number })[] {
  return Object.entries(verdicts).map(([type, verdict]) => {
    const old = before.find((each) => each.type === type && each.status === verdict.status)
    return {
      type,
      ...verdict,
      ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
      lastTransitionTime: old?.lastTransitionTime ?? now(context),
    }
  })
}
