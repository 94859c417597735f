// Applies a scenario's manifests to the store, as `kubectl apply` would: created, or replaced where they exist. The control channel's `apply`.
import { LabError } from '../../spec/errors.ts'
import { resourceOfKind } from '../api/resources/registry.ts'
import { ApiError, type ApiStore, type NewObject } from '../api/store.ts'

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** What kubectl leaves behind, so that a student's own `kubectl apply` finds what it expects. */
function annotated(object: NewObject, namespace: string | undefined): NewObject {
  const { [lastApplied]: _, ...annotations } = object.metadata.annotations ?? {}
  const metadata = { ...object.metadata, ...(namespace ? { namespace } : {}) }
  const plain = { ...object, metadata: { annotations, ...metadata } }
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, [lastApplied]: `${JSON.stringify(plain)}\n` } } }
}

function applyObject(store: ApiStore, object: NewObject): void {
  const slash = object.apiVersion.indexOf('/')
  const definition = resourceOfKind(slash === -1 ? '' : object.apiVersion.slice(0, slash), object.kind)
  if (!definition) throw new ApiError(404, 'NotFound', `no matches for kind "${object.kind}" in version "${object.apiVersion}"`)
  const namespace = definition.namespaced ? (object.metadata.namespace ?? 'default') : undefined
  const wanted = annotated(object, namespace)
  const existing = store.get(definition.resource, namespace, object.metadata.name as string)
  if (!existing) store.create(definition.resource, wanted)
  else {
    const annotations = { ...existing.metadata.annotations, ...wanted.metadata.annotations }
    store.update(definition.resource, { ...wanted, metadata: { ...wanted.metadata, annotations } } as typeof existing)
  }
}

/** Throws LabError bad-request that names the object and what the API said. */
export function applyObjects(store: ApiStore, objects: readonly unknown[]): void {
  for (const [index, value] of objects.entries()) {
    const object = value as NewObject
    if (typeof object?.apiVersion !== 'string' || typeof object.kind !== 'string' || !object.metadata?.name) {
      throw new LabError('bad-request', `Document ${index + 1} of the manifest has no apiVersion, kind or metadata.name.`)
    }
    try {
      applyObject(store, object)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      throw new LabError('bad-request', `${object.kind} ${object.metadata.name}: ${error.message}`, { cause: error })
    }
  }
}
