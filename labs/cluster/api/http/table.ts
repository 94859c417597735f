// Tables: what `kubectl get` asks for instead of objects.
import type { ResourceDefinition } from '../resources/resource.ts'
import { ApiError, type KubeObject } from '../store.ts'

type IncludeObject = 'None' | 'Metadata' | 'Object'

/** Does the client ask for a Table (first choice that we can give)? */
export function wantsTable(accept: string | undefined): boolean {
  for (const choice of (accept ?? '').split(',')) {
    const parameters = choice.split(';').map((p) => p.trim())
    if (parameters[0] !== 'application/json') continue
    const as = parameters.find((p) => p.startsWith('as='))
    if (as === undefined) return false
    if (as === 'as=Table' && parameters.includes('g=meta.k8s.io')) return true
  }
  return false
}

export function includeObjectOf(query: URLSearchParams): IncludeObject {
  const include = query.get('includeObject') || 'Metadata'
  if (include !== 'None' && include !== 'Metadata' && include !== 'Object') {
    throw new ApiError(400, 'BadRequest', `unrecognized includeObject value: "${include}"`)
  }
  return include
}

function rowObject(object: KubeObject, include: IncludeObject): unknown {
  if (include === 'Object') return object
  if (include === 'None') return null
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata }
}

/** One Table of these objects; now is epoch ms. */
export function tableOf(
  d: ResourceDefinition,
  objects: readonly KubeObject[],
  listMetadata: Record<string, unknown>,
  include: IncludeObject,
  now: number,
): unknown {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: listMetadata,
    columnDefinitions: d.columns.map(({ name, type = 'string', format = '', description, priority = 0 }) => ({
      name,
      type,
      format,
      description,
      priority,
    })),
    rows: objects.map((object) => ({ cells: d.row(object, now), object: rowObject(object, include) })),
  }
}
