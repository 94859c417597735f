// Applies a scenario's manifests through the API, server-side: created, or changed to what they say. The control channel's `apply`.
import { LabError } from '../../spec/errors.ts'
import { resourceOfKind } from '../api/resources/registry.ts'
import { apiVersionOf } from '../api/resources/resource.ts'
import type { ApiServer } from '../api/server.ts'
import type { NewObject } from '../api/store.ts'

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** With what `kubectl apply` leaves behind, so that a student's own `kubectl apply` finds what it expects. */
function annotated(object: NewObject): NewObject {
  const { [lastApplied]: _, ...annotations } = object.metadata.annotations ?? {}
  const plain = { ...object, metadata: { annotations, ...object.metadata } }
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [lastApplied]: `${JSON.stringify(plain)}\n` } } }
}

async function applyObject(api: ApiServer, given: NewObject): Promise<void> {
  const name = `${given.kind} ${given.metadata.name}`
  const slash = given.apiVersion.indexOf('/')
  const definition = resourceOfKind(slash === -1 ? '' : given.apiVersion.slice(0, slash), given.kind)
  if (!definition) throw new LabError('bad-request', `${name}: no matches for kind "${given.kind}" in version "${given.apiVersion}"`)
  const namespace = given.metadata.namespace ?? 'default'
  const object = definition.namespaced ? { ...given, metadata: { ...given.metadata, namespace } } : given
  const path = [
    definition.group ? `/apis/${apiVersionOf(definition)}` : '/api/v1',
    ...(definition.namespaced ? [`namespaces/${namespace}`] : []),
    definition.resource,
    encodeURIComponent(object.metadata.name as string),
  ].join('/')
  const { status, body } = await api.handle({
    method: 'PATCH',
    path: `${path}?fieldManager=podwire&force=true&fieldValidation=Strict`,
    contentType: 'application/apply-patch+yaml',
    body: annotated(object),
  })
  if (status >= 300) throw new LabError('bad-request', `${name}: ${(body as { message?: string }).message ?? `status ${status}`}`)
}

/** In order. Throws LabError bad-request that names the object and what the API said; what was applied before stays. */
export async function applyObjects(api: ApiServer, objects: readonly unknown[]): Promise<void> {
  for (const [index, value] of objects.entries()) {
    const object = value as NewObject
    if (typeof object?.apiVersion !== 'string' || typeof object.kind !== 'string' || !object.metadata?.name) {
      throw new LabError('bad-request', `Document ${index + 1} of the manifest has no apiVersion, kind or metadata.name.`)
    }
    await applyObject(api, object)
  }
}
