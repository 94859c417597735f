// Admins may do everything, others only what upstream's default roles give to all; refusals have upstream's words.
import { expect, test } from 'vitest'
import { actingUser, authorize } from './authorize.ts'
import type { ApiCall, User } from './call.ts'
import { parseRoute } from './route.ts'

const admin: User = { username: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:authenticated'] }
const account: User = { username: 'system:serviceaccount:shop:default', groups: ['system:serviceaccounts', 'system:authenticated'] }
const anonymous: User = { username: 'system:anonymous', groups: ['system:unauthenticated'] }
const ask = (user: User, path: string, method = 'GET', query = '') =>
  authorize({ user, method, query: new URLSearchParams(query) }, path, parseRoute(path))
const pods = '/api/v1/namespaces/shop/pods'

test('an admin may do everything', () => {
  for (const path of [pods, '/api/v1/nodes', '/metrics']) ask(admin, path, 'DELETE')
})

test.each([
  [
    pods,
    'GET',
    '',
    'pods is forbidden: User "system:serviceaccount:shop:default" cannot list resource "pods" in API group "" in the namespace "shop"',
  ],
  [pods, 'GET', 'watch=true', 'cannot watch resource "pods"'],
  [`${pods}/web`, 'DELETE', '', 'pods "web" is forbidden: User "system:serviceaccount:shop:default" cannot delete resource "pods"'],
  [`${pods}/web/exec`, 'POST', '', 'cannot create resource "pods/exec" in API group ""'],
  [
    '/apis/apps/v1/deployments',
    'GET',
    '',
    'deployments.apps is forbidden: User "system:serviceaccount:shop:default" cannot list resource "deployments" in API group "apps" at the cluster scope',
  ],
  ['/metrics', 'GET', '', 'forbidden: User "system:serviceaccount:shop:default" cannot get path "/metrics"'],
])('a service account is refused %s %s %s', (path, method, query, words) => {
  expect(() => ask(account, path, method, query)).toThrow(words)
})

test('everyone may ask for versions and health, those who are known also for what there is and who they are', () => {
  ask(anonymous, '/version')
  ask(anonymous, '/livez')
  for (const path of ['/api', '/apis', '/api/v1', '/apis/apps/v1', '/openapi/v3']) {
    ask(account, path)
    expect(() => ask(anonymous, path)).toThrow('User "system:anonymous" cannot get path')
  }
  ask(account, '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', 'POST')
  expect(() => ask(anonymous, '/api/v1/namespaces')).toThrow('namespaces is forbidden: User "system:anonymous" cannot list resource')
})

test('only an admin acts as someone else', () => {
  const call = (user: User) => ({ user, headers: { 'impersonate-user': 'system:serviceaccount:shop:web' } }) as unknown as ApiCall
  expect(actingUser(call(admin))).toEqual({
    username: 'system:serviceaccount:shop:web',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'],
  })
  expect(() => actingUser(call(account))).toThrow('cannot impersonate resource "users"')
})
