// Which routes hang on which listeners, and what Envoy is told: as the Gateway API says.
import { describe, expect, it } from 'vitest'
import type { Json } from '../api/json-value.ts'
import { httpRoutes } from '../api/resources/http-route.ts'
import type { KubeObject } from '../api/store.ts'
import { envoyFiles } from '../envoy/config.ts'
import { attachmentsOf, type GatewayObjects, sharedHosts } from './attach.ts'
import { gatewayResources } from './xds.ts'

const object = (kind: string, name: string, fields: Json, namespace = 'shop'): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace, uid: `${kind}-${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  ...fields,
})
const listener = (name: string, more: Json = {}) => ({
  name,
  port: 80,
  protocol: 'HTTP',
  allowedRoutes: { namespaces: { from: 'Same' } },
  ...more,
})
const gateway = (...listeners: Json[]) => object('Gateway', 'front', { spec: { gatewayClassName: 'envoy', listeners } })
const service = (name: string) => object('Service', name, { spec: { ports: [{ name: 'http', port: 80 }] } })
const slice = (name: string, ...addresses: string[]): KubeObject => {
  const made = object('EndpointSlice', name, {
    ports: [{ name: 'http', port: 8080 }],
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: address !== '10.244.9.9' } })),
  })
  made.metadata.labels = { 'kubernetes.io/service-name': name }
  return made
}
function route(name: string, spec: Json, namespace = 'shop'): KubeObject {
  const made = object('HTTPRoute', name, { spec: { parentRefs: [{ name: 'front', namespace: 'shop' }], ...spec } }, namespace)
  httpRoutes.defaults?.(made)
  return made
}
const objectsWith = (given: Partial<GatewayObjects>): GatewayObjects => ({
  gateway: gateway(listener('http')),
  routes: [],
  services: [service('web'), service('api')],
  endpointSlices: [slice('web', '10.244.1.2', '10.244.9.9'), slice('api', '10.244.2.2')],
  namespaces: [{ ...object('Namespace', 'ops', {}), metadata: { ...object('Namespace', 'ops', {}).metadata, labels: { door: 'yes' } } }],
  ...given,
})
const to = (name: string, more: Json = {}) => ({ name, port: 80, ...more })
/** Routes of the virtual host of that name, on the first listener's port. */
function served(objects: GatewayObjects, host: string): Json[] {
  const { routes } = gatewayResources(objects, attachmentsOf(objects))
  return routes[0].virtual_hosts.find(({ name }: Json) => name === host)?.routes
}
const verdictOf = (objects: GatewayObjects) => attachmentsOf(objects).map(({ accepted, resolved }) => [accepted.reason, resolved.reason])

describe('a route hangs on a listener', () => {
  it.each([
    [undefined, undefined, ['*']],
    ['a.example', undefined, ['a.example']],
    [undefined, ['a.example', 'b.example'], ['a.example', 'b.example']],
    ['*.example', ['a.example', 'other.test'], ['a.example']],
    ['a.example', ['*.example'], ['a.example']],
    ['a.example', ['b.example'], []],
    ['*.example', ['example'], []],
  ])('for the hosts they share: %s and %s', (listeners, routes, shared) => expect(sharedHosts(listeners, routes)).toEqual(shared))

  const rules = [{ backendRefs: [to('web')] }]
  it.each<[string, Partial<GatewayObjects>, string[]]>([
    ['', { routes: [route('r', { rules })] }, ['Accepted', 'ResolvedRefs']],
    [
      'no such section',
      { routes: [route('r', { rules, parentRefs: [{ name: 'front', sectionName: 'tls' }] })] },
      ['NoMatchingParent', 'ResolvedRefs'],
    ],
    ['another namespace', { routes: [route('r', { rules: [{}] }, 'ops')] }, ['NotAllowedByListeners', 'ResolvedRefs']],
    [
      'no host in common',
      { gateway: gateway(listener('http', { hostname: 'a.example' })), routes: [route('r', { rules, hostnames: ['b.example'] })] },
      ['NoMatchingListenerHostname', 'ResolvedRefs'],
    ],
    ['no such Service', { routes: [route('r', { rules: [{ backendRefs: [to('wbe')] }] })] }, ['Accepted', 'BackendNotFound']],
    ['no such port', { routes: [route('r', { rules: [{ backendRefs: [to('web', { port: 81 })] }] })] }, ['Accepted', 'BackendNotFound']],
    [
      'another namespace’s Service',
      { routes: [route('r', { rules: [{ backendRefs: [to('web', { namespace: 'ops' })] }] })] },
      ['Accepted', 'RefNotPermitted'],
    ],
    [
      'no Service',
      { routes: [route('r', { rules: [{ backendRefs: [to('web', { kind: 'Bucket', group: 'x.example' })] }] })] },
      ['Accepted', 'InvalidKind'],
    ],
  ])('or its status says why not: %s', (_, given, reasons) => expect(verdictOf(objectsWith(given))).toEqual([reasons]))

  it('of another namespace, where the listener lets it', () => {
    const from = (namespaces: Json) => gateway(listener('http', { allowedRoutes: { namespaces } }))
    const routes = [route('r', { rules: [{}] }, 'ops')]
    for (const allowed of [{ from: 'All' }, { from: 'Selector', selector: { matchLabels: { door: 'yes' } } }])
      expect(verdictOf(objectsWith({ gateway: from(allowed), routes }))[0]?.[0]).toBe('Accepted')
    const other = { from: 'Selector', selector: { matchLabels: { door: 'no' } } }
    expect(verdictOf(objectsWith({ gateway: from(other), routes }))[0]?.[0]).toBe('NotAllowedByListeners')
  })
})

describe('Envoy is told', () => {
  const only = (rule: Json) => served(objectsWith({ routes: [route('r', { rules: [rule] })] }), '*')[0]

  it('ready endpoints only, by the port of the Pods', () => {
    const objects = objectsWith({ routes: [route('r', { rules: [{ backendRefs: [to('web')] }] })] })
    expect(gatewayResources(objects, attachmentsOf(objects)).endpoints).toEqual(
      new Map([['shop/web/80', [{ address: '10.244.1.2', port: 8080 }]]]),
    )
  })
  it('the most specific match first, whatever the order of the rules', () => {
    const match = (path: Json, more: Json = {}) => ({ matches: [{ path, ...more }], backendRefs: [to('web')] })
    const prefix = (value: string) => ({ type: 'PathPrefix', value })
    const header = { headers: [{ name: 'x-beta', value: 'yes' }] }
    const rules = [match(prefix('/')), match(prefix('/a/b')), match({ type: 'Exact', value: '/a' }), match(prefix('/a/b'), header)]
    const routes = served(objectsWith({ routes: [route('r', { rules })] }), '*')
    expect(routes.map((each: Json) => each.name.split('/').at(-1))).toEqual(['2', '3', '1', '0'])
    expect(routes.map((each: Json) => each.match)).toEqual([
      { path: '/a' },
      { path_separated_prefix: '/a/b', headers: [{ name: 'x-beta', string_match: { exact: 'yes' } }] },
      { path_separated_prefix: '/a/b' },
      { prefix: '/' },
    ])
  })
  it('weights, and 500 for the share of a backend that is not there', () => {
    const { route: action } = only({
      backendRefs: [to('web', { weight: 90 }), to('api', { weight: 10 }), to('gone', { weight: 5 }), to('api', { weight: 0 })],
    })
    expect(action.weighted_clusters.clusters).toEqual([
      { name: 'shop/web/80', weight: 90 },
      { name: 'shop/api/80', weight: 10 },
      { name: 'none', weight: 5 },
    ])
    expect(action.cluster_not_found_response_code).toBe('INTERNAL_SERVER_ERROR')
    expect(only({ backendRefs: [to('gone')] }).direct_response).toEqual({ status: 500 })
    expect(only({}).direct_response).toEqual({ status: 500 })
  })
  it.each([
    [undefined, undefined],
    [{ request: '500ms' }, '0.5s'],
    [{ request: '1m30s' }, '90s'],
    [{ request: '0s' }, '0s'],
    [{ backendRequest: '2s' }, '2s'],
    [{ request: '3s', backendRequest: '2s' }, '3s'],
  ])('the timeout of %j', (timeouts, timeout) => expect(only({ backendRefs: [to('web')], timeouts }).route.timeout).toBe(timeout))

  it('endpoints before clusters, clusters before routes, and names that a ConfigMap may have', () => {
    const objects = objectsWith({ routes: [route('r', { rules: [{ backendRefs: [to('web')] }] })] })
    const names = Object.keys(envoyFiles('/etc/envoy', 'x', gatewayResources(objects, attachmentsOf(objects))))
    expect(names).toEqual(['bootstrap.json', 'eds-shop_web_80.json', 'cds.json', 'rds.json', 'lds.json'])
  })
})

it.each([
  [{ timeouts: { request: '1s', backendRequest: '2s' } }, 'cannot be longer than request timeout'],
  [{ timeouts: { request: '1 s' } }, 'should match'],
  [{ matches: [{ path: { value: 'a' } }] }, 'must be an absolute path'],
  [{ filters: [] }, 'does not have it'],
])('a rule is refused: %j', (rule, message) => {
  const causes = httpRoutes.validate?.(route('r', { rules: [rule] }), undefined as never) ?? []
  expect(causes.map((cause) => cause.message).join()).toContain(message)
})
