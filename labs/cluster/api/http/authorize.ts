// Who may do what: the cluster's admins everything, everyone else what upstream's default roles give to all. Asked by api.ts for every call.
import { groupResource } from '../resources/resource.ts'
import { ApiError } from '../store.ts'
import { type ApiCall, flag, type User } from './call.ts'
import type { Route } from './route.ts'

const adminGroups = ['system:masters', 'kubeadm:cluster-admins']
const forAll = /^\/(?:healthz|livez|readyz|version)$/
const forKnown = /^\/(?:api|apis|openapi)(?:\/[^/]+){0,2}$/
const aboutOneself = /^\/apis\/(?:authorization|authentication)\.k8s\.io\/v1\/selfsubject\w+$/

export const mayDoAll = ({ groups }: User): boolean => groups.some((group) => adminGroups.includes(group))

/** The user that an admin asks to be taken for (kubectl --as). */
export function actingUser({ user, headers }: ApiCall): User {
  const username = headers['impersonate-user']
  if (!username) return user
  if (!mayDoAll(user))
    throw new ApiError(
      403,
      'Forbidden',
      `users "${username}" is forbidden: User "${user.username}" cannot impersonate resource "users" in API group "" at the cluster scope`,
      { name: username, kind: 'users' },
    )
  const [, account] = /^system:serviceaccount:([^:]+):/.exec(username) ?? []
  const own = account ? ['system:serviceaccounts', `system:serviceaccounts:${account}`] : []
  const asked = headers['impersonate-group']?.split(/, */) ?? []
  return { username, groups: [...asked, ...own, 'system:authenticated'] }
}

const verbs: Record<string, string> = { POST: 'create', PUT: 'update', PATCH: 'patch' }
function verbOf({ method, query }: Pick<ApiCall, 'method' | 'query'>, { name }: Route): string {
  if (method === 'GET') return flag(query, 'watch') ? 'watch' : name ? 'get' : 'list'
  if (method === 'DELETE') return name ? 'delete' : 'deletecollection'
  return verbs[method] ?? method.toLowerCase()
}

/** Throws Forbidden in upstream's words. `route` is undefined for paths that are no resource. */
export function authorize(call: Pick<ApiCall, 'user' | 'method' | 'query'>, path: string, route: Route | undefined): void {
  const { user } = call
  if (mayDoAll(user) || forAll.test(path)) return
  if (user.groups.includes('system:authenticated') && (forKnown.test(path) || aboutOneself.test(path))) {
    if (!route || aboutOneself.test(path)) return
  }
  if (!route) throw new ApiError(403, 'Forbidden', `forbidden: User "${user.username}" cannot ${call.method.toLowerCase()} path "${path}"`)
  const { definition: d, namespace, name, subresource } = route
  const resource = subresource ? `${d.resource}/${subresource}` : d.resource
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'
  const what = name ? `${groupResource(d)} "${name}"` : groupResource(d)
  throw new ApiError(
    403,
    'Forbidden',
    `${what} is forbidden: User "${user.username}" cannot ${verbOf(call, route)} resource "${resource}" in API group "${d.group}" ${where}`,
    { ...(name ? { name } : {}), ...(d.group ? { group: d.group } : {}), kind: d.resource },
  )
}
