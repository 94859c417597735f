import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { askDoor, type DoorRequest, type ShopRule } from './http-route.ts'
import { writeRoute } from './route-objects.ts'

const rule: ShopRule = { ingressClass: 'nginx', host: 'shop.example', path: '/', pathType: 'Prefix', port: 80 }
const ask = (change: Partial<ShopRule> = {}, request: Partial<DoorRequest> = {}) =>
  askDoor({ ...rule, ...change }, { host: 'shop.example', path: '/hostname', ...request })

describe('askDoor', () => {
  it('sends what a rule takes to the Pods behind the Service', () => {
    expect(ask()).toMatchObject({
      ignored: undefined,
      server: 'shop.example',
      addresses: ['10.244.1.2:8080', '10.244.2.3:8080'],
      status: 200,
    })
    expect(ask({}, { host: 'api.shop.example' }).addresses).toEqual(['10.244.1.3:8080'])
  })
  it('answers 404 where no rule takes the request', () => {
    expect(ask({}, { host: 'nobody.example' })).toMatchObject({ server: '_', status: 404 })
    for (const ingressClass of ['haproxy', 'none'] as const) {
      const answer = ask({ ingressClass })
      expect(answer).toMatchObject({ server: '_', status: 404 })
      expect(answer.ignored).toBeDefined()
      expect(ask({ ingressClass }, { host: 'api.shop.example' }).status).toBe(200)
    }
  })
  it('ends a prefix at a slash', () => {
    expect(ask({ path: '/host' }, { path: '/host/name' }).status).toBe(200)
    expect(ask({ path: '/host' }, { path: '/host' }).status).toBe(200)
    expect(ask({ path: '/host' }).status).toBe(404)
    expect(ask({ path: '/host', pathType: 'Exact' }, { path: '/host/name' }).status).toBe(404)
  })
  it('lets a wildcard stand for one label, and the whole name before it', () => {
    expect(ask({ host: '*.example' }).status).toBe(200)
    expect(ask({ host: '*.example' }, { host: 'nobody.example' }).status).toBe(200)
    expect(ask({ host: '*.example' }, { host: 'api.shop.example' }).addresses).toEqual(['10.244.1.3:8080'])
  })
  it('answers 503 for a port that the Service does not have; the number of the target will do', () => {
    expect(ask({ port: 8081 })).toMatchObject({ addresses: [], status: 503 })
    expect(ask({ port: 8080 }).status).toBe(200)
  })
})

describe('writeRoute', () => {
  it.each(['Ingress', 'Gateway API', 'Mapping'] as const)('writes YAML that says the same: %s', (api) => {
    const text = writeRoute(api, { ...rule, host: '*.example', path: '/host', pathType: 'Exact', port: 8081 })
    const route = parseAllDocuments(text).at(-1)?.toJS()
    expect(route.metadata.name).toBe('shop')
    expect(
      {
        Ingress: () => ({ host: route.spec.rules[0].host, ...route.spec.rules[0].http.paths[0] }),
        'Gateway API': () => ({
          host: route.spec.hostnames[0],
          ...route.spec.rules[0].matches[0].path,
          ...route.spec.rules[0].backendRefs[0],
        }),
        Mapping: () => route.spec,
      }[api](),
    ).toMatchObject(
      {
        Ingress: { host: '*.example', path: '/host', pathType: 'Exact', backend: { service: { name: 'web', port: { number: 8081 } } } },
        'Gateway API': { host: '*.example', type: 'Exact', value: '/host', name: 'web', port: 8081 },
        Mapping: { hostname: '*.example', prefix: '/host', prefix_exact: true, rewrite: '', service: 'web:8081' },
      }[api],
    )
  })
})
