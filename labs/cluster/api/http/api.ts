// The dispatcher: one call in, one answer out. server.ts feeds it from TLS, the control channel through handle().
import type { Clock } from '../../../system/clock.ts'
import type { ServedStore } from '../memory-store.ts'
import { ApiError } from '../store.ts'
import type { PodStreams } from '../streams.ts'
import type { Accounts } from './accounts.ts'
import { actingUser, authorize } from './authorize.ts'
import { type ApiAnswer, type ApiCall, flag, notServed, statusOf, wrongMethod } from './call.ts'
import { discover, version } from './discovery.ts'
import { podLog } from './logs.ts'
import { openApi } from './openapi.ts'
import { getObject, listObjects, watchObjects } from './read.ts'
import { accessReview, rulesReview, selfReview } from './reviews.ts'
import { parseRoute, type Route } from './route.ts'
import { bind, createToken, evict, finalize, scale } from './subresources.ts'
import { createObject, deleteObject, deleteObjects, patchObject, replaceObject } from './write.ts'

export interface ApiContext {
  store: ServedStore
  streams: PodStreams
  clock: Clock
  accounts: Accounts
}

/** Answers every call; failures become Status objects. Never rejects. */
export async function answerCall(context: ApiContext, call: ApiCall): Promise<ApiAnswer> {
  try {
    return await dispatch(context, { ...call, user: actingUser(call) })
  } catch (error) {
    return statusOf(error)
  }
}

async function dispatch(context: ApiContext, call: ApiCall): Promise<ApiAnswer> {
  const { path } = call
  const trimmed = path.length > 1 ? path.replace(/\/+$/, '') : path
  const route = parseRoute(trimmed)
  authorize(call, trimmed, route)
  const fixed = fixedAnswer(context, trimmed, call)
  if (fixed) return fixed
  if (!route) throw notServed()
  const { isEmpty, kind } = route.definition
  if (isEmpty && call.method !== 'GET')
    throw new ApiError(405, 'MethodNotAllowed', `this lab's Kubernetes takes no ${kind}: it has only what the lessons need`)
  const answer = await (route.subresource
    ? answerSubresource(context, route, call)
    : route.name
      ? answerObject(context, route, call)
      : answerCollection(context, route, call))
  const { deprecation } = route.definition
  return deprecation ? { ...answer, warnings: [deprecation, ...(answer.warnings ?? [])] } : answer
}

function fixedAnswer(context: ApiContext, path: string, call: ApiCall): ApiAnswer | undefined {
  if (path === '/healthz' || path === '/livez' || path === '/readyz')
    return {
      status: 200,
      contentType: 'text/plain; charset=utf-8',
      body: call.query.has('verbose') ? `[+]ping ok\n${path.slice(1)} check passed\n` : 'ok',
    }
  if (path === '/version') return { status: 200, contentType: 'application/json', body: JSON.stringify(version, null, 2) }
  if (path === '/')
    return { status: 200, body: { paths: ['/api', '/api/v1', '/apis', '/healthz', '/livez', '/openapi/v3', '/readyz', '/version'] } }
  const found = discover(path, call.headers.accept)
  if (found) return found
  // Asked for when a kind is in no v3 document. An empty protobuf document says that there is nothing to check it against.
  if (path === '/openapi/v2') return { status: 200, contentType: 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf', body: '' }
  if (path.startsWith('/openapi/')) {
    const document = openApi(path)
    if (!document) throw notServed()
    return { status: 200, ...document }
  }
  if (call.method === 'POST') {
    if (path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') return accessReview(call)
    if (path === '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews') return rulesReview(call)
    if (path === '/apis/authentication.k8s.io/v1/selfsubjectreviews') return selfReview(context, call)
  }
  return undefined
}

function answerCollection(context: ApiContext, route: Route, call: ApiCall): ApiAnswer {
  switch (call.method) {
    case 'GET':
      return flag(call.query, 'watch') ? watchObjects(context, route, call) : listObjects(context, route, call)
    case 'POST':
      return createObject(context, route, call)
    case 'DELETE':
      return deleteObjects(context, route, call)
    default:
      throw wrongMethod()
  }
}

function answerObject(context: ApiContext, route: Route, call: ApiCall): ApiAnswer | Promise<ApiAnswer> {
  switch (call.method) {
    case 'GET':
      return flag(call.query, 'watch') ? watchObjects(context, route, call) : getObject(context, route, call)
    case 'PUT':
      return replaceObject(context, route, call)
    case 'PATCH':
      return patchObject(context, route, call)
    case 'DELETE':
      return deleteObject(context, route, call)
    default:
      throw wrongMethod()
  }
}

function answerSubresource(context: ApiContext, route: Route, call: ApiCall): ApiAnswer | Promise<ApiAnswer> {
  const { definition: d, subresource } = route
  const at = `${d.resource}/${subresource}`
  const only = (method: string, act: () => ApiAnswer): ApiAnswer => {
    if (call.method !== method) throw wrongMethod()
    return act()
  }
  if (subresource === 'status' && d.status)
    return call.method === 'DELETE' ? Promise.reject(wrongMethod()) : answerObject(context, route, call)
  if (subresource === 'scale' && d.scale) return scale(context, route, call)
  switch (at) {
    case 'pods/log':
      return podLog(context, route, call)
    case 'pods/eviction':
      return only('POST', () => evict(context, route, call))
    case 'pods/binding':
      return only('POST', () => bind(context, route, call))
    case 'pods/exec':
    case 'pods/attach':
    case 'pods/portforward':
      throw new ApiError(400, 'BadRequest', 'Upgrade request required')
    case 'pods/ephemeralcontainers':
      throw new ApiError(
        403,
        'Forbidden',
        `pods "${route.name}" is forbidden: ephemeral containers are not available in this cluster; start a pod of your own with kubectl run`,
        { name: route.name as string, kind: 'pods' },
      )
    case 'namespaces/finalize':
      return only('PUT', () => finalize(context, route, call))
    case 'serviceaccounts/token':
      return only('POST', () => createToken(context, route, call))
    default:
      throw notServed()
  }
}
