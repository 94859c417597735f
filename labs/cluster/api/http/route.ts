// Turns a path into the resource, namespace, name and subresource it means.
import { servedResources } from '../resources/registry.ts'
import type { ResourceDefinition } from '../resources/resource.ts'
import { ApiError } from '../store.ts'

export interface Route {
  definition: ResourceDefinition
  namespace: string | undefined
  name: string | undefined
  subresource: string | undefined
}

const byPath = new Map(servedResources.map((d) => [`${d.group}/${d.version}/${d.resource}`, d]))

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new ApiError(400, 'BadRequest', `invalid URL escape in "${part}"`)
  }
}

/** undefined: not a path to a resource we serve. Throws BadRequest for a path that is not encoded well. */
export function parseRoute(path: string): Route | undefined {
  const parts = path.split('/').filter(Boolean).map(decodePart)
  const [root] = parts
  let at: number
  let prefix: string
  if (root === 'api' && parts.length >= 3) {
    prefix = `/${parts[1]}`
    at = 2
  } else if (root === 'apis' && parts.length >= 4) {
    prefix = `${parts[1]}/${parts[2]}`
    at = 3
  } else return undefined
  let rest = parts.slice(at)
  let namespace: string | undefined
  const inNamespace = rest[0] === 'namespaces' && rest.length >= 3 ? byPath.get(`${prefix}/${rest[2]}`) : undefined
  if (inNamespace?.namespaced) {
    namespace = rest[1]
    rest = rest.slice(2)
  }
  const definition = byPath.get(`${prefix}/${rest[0]}`)
  if (!definition || rest.length > 3) return undefined
  // A namespaced object has no path outside its namespace; only its lists do.
  if (definition.namespaced && !namespace && rest.length > 1) return undefined
  return { definition, namespace, name: rest[1], subresource: rest[2] }
}
