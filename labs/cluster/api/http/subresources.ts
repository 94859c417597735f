// scale, eviction, binding, token, finalize: parts of objects with paths of their own.
import { cloneJson, type Json } from '../json-value.ts'
import { groupResource, type ResourceDefinition } from '../resources/resource.ts'
import { formatLabelSelector } from '../selectors.ts'
import { ApiError, type KubeObject } from '../store.ts'
import type { ApiContext } from './api.ts'
import { parseJson, readBody } from './body.ts'
import { type ApiAnswer, type ApiCall, isDryRun, wrongMethod } from './call.ts'
import type { Route } from './route.ts'
import { deleteRequest, patchedObject } from './write.ts'

function need({ store }: ApiContext, { definition: d, namespace, name = '' }: Route): KubeObject {
  const object = store.get(d.resource, namespace, name)
  if (!object) throw new ApiError(404, 'NotFound', `${groupResource(d)} "${name}" not found`, { name, group: d.group, kind: d.resource })
  return object
}

function scaleOf(object: KubeObject): Json {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: object.spec.replicas },
    status: { replicas: object.status?.replicas ?? 0, selector: formatLabelSelector(object.spec.selector) },
  }
}

/** GET, PUT and PATCH of …/scale. */
export function scale(context: ApiContext, route: Route, call: ApiCall): ApiAnswer {
  const object = need(context, route)
  const d: ResourceDefinition = route.definition
  if (call.method === 'GET') return { status: 200, body: scaleOf(object) }
  if (call.method !== 'PUT' && call.method !== 'PATCH') throw wrongMethod()
  const wanted =
    call.method === 'PUT'
      ? readBody(call)
      : patchedObject(
          (call.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
          scaleOf(object),
          parseJson(call.body),
          'autoscaling.v1.Scale',
        )
  const replicas = wanted?.spec?.replicas ?? 0
  if (!Number.isInteger(replicas) || replicas < 0) {
    const message = `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`
    throw new ApiError(422, 'Invalid', `Scale.autoscaling "${object.metadata.name}" is invalid: spec.replicas: ${message}`, {
      name: object.metadata.name,
      group: 'autoscaling',
      kind: 'Scale',
      causes: [{ reason: 'FieldValueInvalid', message, field: 'spec.replicas' }],
    })
  }
  const draft = cloneJson(object)
  draft.spec.replicas = replicas
  draft.metadata.resourceVersion = wanted.metadata?.resourceVersion ?? ''
  return { status: 200, body: scaleOf(context.store.update(d.resource, draft, { dryRun: isDryRun(call.query) })) }
}

/** POST pods/…/eviction (drain): a deletion; we have no disruption budgets to stand in its way. */
export function evict(context: ApiContext, route: Route, call: ApiCall): ApiAnswer {
  const pod = need(context, route)
  const eviction = readBody(call)
  const options = deleteRequest(call, eviction?.deleteOptions ?? {})
  context.store.remove('pods', route.namespace, pod.metadata.name, options)
  return { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } }
}

/** POST pods/…/binding: what a scheduler does. */
export function bind(context: ApiContext, route: Route, call: ApiCall): ApiAnswer {
  const pod = need(context, route)
  const node = readBody(call)?.target?.name
  if (!node) throw new ApiError(422, 'Invalid', `Binding "${pod.metadata.name}" is invalid: target.name: Required value`)
  if (pod.spec.nodeName) {
    throw new ApiError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on pods/binding "${pod.metadata.name}": pod ${pod.metadata.name} is already assigned to node "${pod.spec.nodeName}"`,
    )
  }
  const draft = cloneJson(pod)
  draft.spec.nodeName = node
  context.store.update('pods', draft, { dryRun: isDryRun(call.query) })
  return { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } }
}

/** POST serviceaccounts/…/token. */
export function createToken(context: ApiContext, route: Route, call: ApiCall): ApiAnswer {
  const account = need(context, route)
  const spec = readBody(call)?.spec ?? {}
  const seconds = Math.max(600, Number(spec.expirationSeconds ?? 3600))
  const { token, expiresAt } = context.accounts.issue(
    account.metadata.namespace as string,
    account.metadata.name,
    account.metadata.uid,
    seconds,
  )
  const { name, namespace } = account.metadata
  const created = new Date(context.clock.now()).toISOString()
  return {
    status: 201,
    body: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace, creationTimestamp: `${created.slice(0, 19)}Z` },
      spec: {
        audiences: spec.audiences?.length ? spec.audiences : ['https://kubernetes.default.svc.cluster.local'],
        expirationSeconds: seconds,
        boundObjectRef: null,
      },
      status: { token, expirationTimestamp: `${new Date(expiresAt).toISOString().slice(0, 19)}Z` },
    },
  }
}

/** PUT namespaces/…/finalize: what the namespace controller does last. */
export function finalize(context: ApiContext, route: Route, call: ApiCall): ApiAnswer {
  const namespace = need(context, route)
  const draft = cloneJson(namespace)
  draft.spec = readBody(call)?.spec ?? {}
  return { status: 200, body: context.store.update('namespaces', draft, { dryRun: isDryRun(call.query) }) }
}
