// create, replace, patch, delete and deletecollection.
import { cloneJson, type Json } from '../json-value.ts'
import { applyConfiguration } from '../patch/apply.ts'
import { applyJsonPatch } from '../patch/json-patch.ts'
import { applyMergePatch } from '../patch/merge-patch.ts'
import { applyStrategicMerge } from '../patch/strategic-merge.ts'
import { apiVersionOf, groupResource, type ResourceDefinition } from '../resources/resource.ts'
import { judgeUnknownFields, pruneUnknownFields, TypeMismatch } from '../schema/field-check.ts'
import { ApiError, type KubeObject } from '../store.ts'
import type { ApiContext } from './api.ts'
import { checkObject, parseJson, parseYaml, readBody, validationMode } from './body.ts'
import { type ApiAnswer, type ApiCall, isDryRun, successStatus } from './call.ts'
import { goText } from './go-text.ts'
import { listObjects } from './read.ts'
import type { Route } from './route.ts'
import { includeObjectOf, tableOf, wantsTable } from './table.ts'

const notFound = (d: ResourceDefinition, name: string) =>
  new ApiError(404, 'NotFound', `${groupResource(d)} "${name}" not found`, { name, group: d.group, kind: d.resource })

/** The written object, as a Table when the client prints it that way. */
function answer(
  { clock }: ApiContext,
  d: ResourceDefinition,
  call: ApiCall,
  status: number,
  object: KubeObject,
  warnings: string[],
): ApiAnswer {
  const body = wantsTable(call.headers.accept)
    ? tableOf(d, [object], { resourceVersion: object.metadata.resourceVersion }, includeObjectOf(call.query), clock.now())
    : object
  return { status, body, warnings: [...warnings, ...(d.warnings?.(object) ?? [])] }
}

function placeIn(d: ResourceDefinition, object: Json, namespace: string | undefined): void {
  object.metadata ??= {}
  if (!d.namespaced || !namespace) return
  if (object.metadata.namespace && object.metadata.namespace !== namespace) {
    throw new ApiError(400, 'BadRequest', `the namespace of the provided object does not match the namespace sent on the request`)
  }
  object.metadata.namespace = namespace
}

function requireNamespace({ store }: ApiContext, namespace: string | undefined): void {
  if (namespace && !store.get('namespaces', undefined, namespace)) {
    throw new ApiError(404, 'NotFound', `namespaces "${namespace}" not found`, { name: namespace, kind: 'namespaces' })
  }
}

export function createObject(context: ApiContext, { definition: d, namespace }: Route, call: ApiCall): ApiAnswer {
  const object = readBody(call)
  if (object === undefined) throw new ApiError(400, 'BadRequest', 'the request has no body')
  const warnings = checkObject(object, d, validationMode(call.query))
  placeIn(d, object, namespace)
  if (object.metadata.resourceVersion) throw new ApiError(400, 'BadRequest', 'resourceVersion should not be set on objects to be created')
  requireNamespace(context, namespace)
  const created = context.store.create(d.resource, object, { dryRun: isDryRun(call.query) })
  return answer(context, d, call, 201, created, warnings)
}

function checkName(object: Json, name: string): void {
  object.metadata.name ??= name
  if (object.metadata.name !== name)
    throw new ApiError(400, 'BadRequest', `the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`)
}

export function replaceObject(context: ApiContext, { definition: d, namespace, name = '', subresource }: Route, call: ApiCall): ApiAnswer {
  const object = readBody(call)
  if (object === undefined) throw new ApiError(400, 'BadRequest', 'the request has no body')
  const warnings = checkObject(object, d, validationMode(call.query))
  placeIn(d, object, namespace)
  checkName(object, name)
  const written = context.store.update(d.resource, object, {
    dryRun: isDryRun(call.query),
    ...(subresource === 'status' ? { subresource } : {}),
  })
  return answer(context, d, call, 200, written, warnings)
}

export async function patchObject(context: ApiContext, route: Route, call: ApiCall): Promise<ApiAnswer> {
  const { definition: d, namespace, name = '', subresource } = route
  const type = (call.headers['content-type'] ?? '').split(';')[0]?.trim()
  if (type === 'application/apply-patch+yaml') return applyObject(context, route, call)
  const old = context.store.get(d.resource, namespace, name)
  if (!old) throw notFound(d, name)
  const patch = parsePatch(call.body)
  const patched = patchedObject(type ?? '', old, patch, d.type)
  const warnings = checkPatched(patched, patch, d, validationMode(call.query))
  placeIn(d, patched, namespace)
  checkName(patched, name)
  // Without a version in the patch there is nothing to conflict with: it was made from what is there now.
  const asked = patch?.metadata?.resourceVersion
  if (typeof asked !== 'string') patched.metadata.resourceVersion = old.metadata.resourceVersion
  const written = context.store.update(d.resource, patched, {
    dryRun: isDryRun(call.query),
    ...(subresource === 'status' ? { subresource } : {}),
  })
  return answer(context, d, call, 200, written, warnings)
}

function parsePatch(body: Buffer): Json {
  try {
    return parseJson(body)
  } catch {
    throw new ApiError(400, 'BadRequest', 'invalid JSON patch')
  }
}

export function patchedObject(contentType: string, old: Json, patch: Json, typeName: string): Json {
  switch (contentType) {
    case 'application/strategic-merge-patch+json':
      return applyStrategicMerge(old, patch, typeName)
    case 'application/merge-patch+json':
      if (patch === null || typeof patch !== 'object' || Array.isArray(patch))
        throw new ApiError(400, 'BadRequest', 'json: cannot unmarshal array into Go value of type map[string]interface {}')
      return applyMergePatch(old, patch)
    case 'application/json-patch+json':
      return applyJsonPatch(old, patch)
    default:
      throw new ApiError(
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml',
      )
  }
}

/** What a patch makes must fit the schema; upstream's words for it quote the patch as Go prints a map. */
function checkPatched(object: Json, patch: Json, d: ResourceDefinition, mode: string): string[] {
  const refuse = (why: string) =>
    new ApiError(422, 'Invalid', ` "" is invalid: patch: Invalid value: ${JSON.stringify(goText(patch))}: ${why}`, {
      causes: [{ reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(goText(patch))}: ${why}`, field: 'patch' }],
    })
  try {
    return judgeUnknownFields(pruneUnknownFields(object, d.type), mode, d.kind, d.version)
  } catch (error) {
    if (error instanceof TypeMismatch) throw refuse(error.message)
    if (error instanceof ApiError) throw refuse(error.message.replace(/^.*?: (?=strict decoding error)/, ''))
    throw error
  }
}

/** Server-side apply: creates or merges; other appliers' fields are protected unless forced. */
async function applyObject(
  context: ApiContext,
  { definition: d, namespace, name = '', subresource }: Route,
  call: ApiCall,
): Promise<ApiAnswer> {
  const config = await parseYaml(call.body)
  const manager = call.query.get('fieldManager')
  if (!manager)
    throw new ApiError(422, 'Invalid', `PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch`)
  const warnings = checkObject(config, d, validationMode(call.query))
  placeIn(d, config, namespace)
  checkName(config, name)
  const dryRun = isDryRun(call.query)
  const old = context.store.get(d.resource, namespace, name)
  const force = call.query.get('force') === 'true'
  const applied = applyConfiguration(old, config, { type: d.type, manager, force, apiVersion: apiVersionOf(d), now: context.clock.now() })
  if (!old) {
    requireNamespace(context, namespace)
    return answer(context, d, call, 201, context.store.create(d.resource, applied, { dryRun }), warnings)
  }
  const written = context.store.update(d.resource, applied, { dryRun, ...(subresource === 'status' ? { subresource } : {}) })
  return answer(context, d, call, 200, written, warnings)
}

interface DeleteRequest {
  gracePeriodSeconds?: number
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  uid?: string
  resourceVersion?: string
  dryRun: boolean
}

/** DeleteOptions of body and query. */
export function deleteRequest(call: ApiCall, given: Json = readBody(call)): DeleteRequest {
  const options = given ?? {}
  const grace =
    options.gracePeriodSeconds ?? (call.query.has('gracePeriodSeconds') ? Number(call.query.get('gracePeriodSeconds')) : undefined)
  const policy =
    options.propagationPolicy ?? call.query.get('propagationPolicy') ?? (options.orphanDependents === true ? 'Orphan' : undefined)
  if (policy !== undefined && !['Background', 'Foreground', 'Orphan'].includes(policy)) {
    throw new ApiError(
      422,
      'Invalid',
      `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: ${JSON.stringify(policy)}: supported values: "Background", "Foreground", "Orphan", "nil"`,
    )
  }
  const { uid, resourceVersion } = options.preconditions ?? {}
  return {
    ...(grace !== undefined ? { gracePeriodSeconds: grace } : {}),
    ...(policy ? { propagationPolicy: policy } : {}),
    ...(uid ? { uid } : {}),
    ...(resourceVersion ? { resourceVersion } : {}),
    dryRun: isDryRun(call.query) || (options.dryRun ?? []).includes('All'),
  }
}

const protectedNamespaces = new Set(['default', 'kube-system', 'kube-public'])

export function deleteObject(context: ApiContext, { definition: d, namespace, name = '' }: Route, call: ApiCall): ApiAnswer {
  if (d.resource === 'namespaces' && protectedNamespaces.has(name)) {
    throw new ApiError(403, 'Forbidden', `namespaces "${name}" is forbidden: this namespace may not be deleted`, {
      name,
      kind: 'namespaces',
    })
  }
  const { object, deleted } = context.store.remove(d.resource, namespace, name, deleteRequest(call))
  // Pods and Services answer with the object even when it is gone, as upstream.
  if (!deleted || d.resource === 'pods' || d.resource === 'services') return { status: 200, body: object }
  return { status: 200, body: successStatus({ name, ...(d.group ? { group: d.group } : {}), kind: d.resource, uid: object.metadata.uid }) }
}

export function deleteObjects(context: ApiContext, route: Route, call: ApiCall): ApiAnswer {
  const { definition: d } = route
  const options = deleteRequest(call)
  const plain = { ...call, headers: { ...call.headers, accept: 'application/json' } }
  const list = listObjects(context, route, plain)
  const items = cloneJson((list.body as { items: KubeObject[] }).items)
  for (const { metadata } of items) {
    // An object that another deletion took meanwhile is what was wanted.
    if (context.store.get(d.resource, metadata.namespace, metadata.name))
      context.store.remove(d.resource, metadata.namespace, metadata.name, options)
  }
  return list
}
