// Ingresses to nginx.conf: hosts, path types, default backends, endpoints, and what the controller says of what is missing.
import { describe, expect, it } from 'vitest'
import type { IngressInputs, IngressObject } from './objects.ts'
import { renderNginx } from './render.ts'
import { serversOf, withExactTwins } from './servers.ts'

const to = (name: string, port: number | string) => ({
  service: { name, port: typeof port === 'number' ? { number: port } : { name: port } },
})
const path = (path: string, pathType: string, backend = to('web', 80)) => ({ path, pathType, backend })
const ingress = (name: string, spec: IngressObject['spec'], more: Partial<IngressObject['metadata']> = {}): IngressObject => ({
  metadata: { name, namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z', ...more },
  spec: spec as NonNullable<typeof spec>,
})
const slice = (service: string, addresses: string[], port = 8080, ready = true) => ({
  metadata: { namespace: 'shop', labels: { 'kubernetes.io/service-name': service } },
  addressType: 'IPv4',
  endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready } })),
  ports: [{ name: 'http', protocol: 'TCP', port }],
})
const service = (name: string, port = 80) => ({
  metadata: { name, namespace: 'shop' },
  spec: { ports: [{ name: 'http', port, targetPort: 8080 }] },
})
const inputs = (ingresses: IngressObject[], more: Partial<IngressInputs> = {}): IngressInputs => ({
  ingresses,
  services: [service('web'), service('api')],
  endpointSlices: [slice('web', ['10.244.2.7', '10.244.1.5']), slice('api', ['10.244.1.6'])],
  ...more,
})
const one = (...paths: ReturnType<typeof path>[]) => ingress('web', { rules: [{ host: 'shop.example', http: { paths } }] })
/** host → location → what nginx does there */
function locations(text: string): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {}
  for (const [, name = '', body = ''] of text.matchAll(/server_name (.*);\n\n([\s\S]*?)\n\t}\n/g)) {
    const blocks = [...body.matchAll(/location (.*) {\n([\s\S]*?)\n\t\t}/g)]
    found[name] = Object.fromEntries(blocks.map(([, at, lines = '']) => [at, /(return \d+|proxy_pass http:\/\/\S+);/.exec(lines)?.[1]]))
  }
  return found
}
const rendered = (...given: Parameters<typeof inputs>) => renderNginx(inputs(...given))

describe('paths', () => {
  it('Exact is exact, Prefix ends at a slash, ImplementationSpecific is a prefix of nginx', () => {
    const { text } = rendered([one(path('/a', 'Exact'), path('/b', 'Prefix', to('api', 80)), path('/c', 'ImplementationSpecific'))])
    expect(locations(text)['shop.example']).toEqual({
      '= "/a"': 'proxy_pass http://shop-web-80',
      '"/b/"': 'proxy_pass http://shop-api-80',
      '= "/b"': 'proxy_pass http://shop-api-80',
      '"/c"': 'proxy_pass http://shop-web-80',
      '"/"': 'return 404',
    })
  })

  it('an Exact path keeps its backend beside a Prefix of the same words', () => {
    const { text } = rendered([one(path('/a', 'Prefix'), path('/a', 'Exact', to('api', 80)))])
    expect(locations(text)['shop.example']).toMatchObject({
      '"/a/"': 'proxy_pass http://shop-web-80',
      '= "/a"': 'proxy_pass http://shop-api-80',
    })
  })

  it('a root path takes the place of the host’s own default', () => {
    expect(locations(rendered([one(path('/', 'Prefix'))]).text)['shop.example']).toEqual({ '"/"': 'proxy_pass http://shop-web-80' })
  })

  it('an annotation makes the paths of its host regular expressions, longest first, and rewrites', () => {
    const annotations = { 'nginx.ingress.kubernetes.io/rewrite-target': '/$2' }
    const { text } = rendered([
      ingress(
        'web',
        { rules: [{ host: 'shop.example', http: { paths: [path('/', 'Exact'), path('/api(/|$)(.*)', 'ImplementationSpecific')] } }] },
        { annotations },
      ),
    ])
    expect(Object.keys(locations(text)['shop.example'] ?? {})).toEqual(['~* "^/api(/|$)(.*)"', '~* "^/"'])
    expect(text).toContain('rewrite "(?i)/api(/|$)(.*)" "/$2" break;')
  })

  it('no path leaves its quotes', () => {
    const { text } = rendered([one(path('/"; return 200; #', 'ImplementationSpecific'))])
    expect(text).toContain('location "/\\"; return 200; #" {')
  })
})

describe('hosts', () => {
  it('the oldest Ingress has the first word about a path, and hosts of several are one server', () => {
    const rule = (...paths: ReturnType<typeof path>[]) => ({ rules: [{ host: 'shop.example', http: { paths } }] })
    const younger = ingress('a-younger', rule(path('/', 'Prefix', to('api', 80)), path('/api', 'Exact', to('api', 80))), {
      creationTimestamp: '2026-02-01T00:00:00Z',
    })
    const { text } = rendered([younger, ingress('older', rule(path('/', 'Prefix')))])
    expect(locations(text)['shop.example']).toEqual({ '= "/api"': 'proxy_pass http://shop-api-80', '"/"': 'proxy_pass http://shop-web-80' })
  })

  it('a wildcard is one label; no host is the catch-all', () => {
    const { text } = rendered([
      ingress('web', {
        rules: [{ host: '*.shop.example', http: { paths: [path('/', 'Prefix')] } }, { http: { paths: [path('/x', 'Exact')] } }],
      }),
    ])
    expect(locations(text)).toEqual({
      _: { '= "/x"': 'proxy_pass http://shop-web-80', '"/"': 'return 404' },
      '"~^[\\w-]+\\.shop\\.example$"': { '"/"': 'proxy_pass http://shop-web-80' },
    })
  })

  it('without an Ingress everything is 404', () => {
    expect(locations(rendered([]).text)).toEqual({ _: { '"/"': 'return 404' } })
  })
})

describe('default backends', () => {
  it('one without rules answers whatever no host takes', () => {
    const { text } = rendered([ingress('all', { defaultBackend: to('api', 'http') }), one(path('/a', 'Exact'))])
    expect(locations(text)._).toEqual({ '"/"': 'proxy_pass http://shop-api-http' })
    expect(locations(text)['shop.example']?.['"/"']).toBe('return 404')
  })

  it('one beside rules answers for the other paths of its hosts too', () => {
    const both = ingress('both', {
      defaultBackend: to('api', 80),
      rules: [{ host: 'shop.example', http: { paths: [path('/a', 'Exact')] } }],
    })
    expect(locations(rendered([both]).text)['shop.example']).toEqual({
      '= "/a"': 'proxy_pass http://shop-web-80',
      '"/"': 'proxy_pass http://shop-api-80',
    })
  })
})

describe('endpoints', () => {
  it('go around the ClusterIP, ready ones only, in a fixed order', () => {
    const { text, warnings } = rendered([one(path('/', 'Prefix'))], {
      endpointSlices: [slice('web', ['10.244.2.7', '10.244.1.5']), slice('web', ['10.244.1.9'], 8080, false)],
    })
    expect(/upstream shop-web-80 {\n([\s\S]*?)\n\n?\t\tkeepalive/.exec(text)?.[1]).toBe(
      '\t\tserver 10.244.1.5:8080 max_fails=0;\n\t\tserver 10.244.2.7:8080 max_fails=0;',
    )
    expect(warnings).toEqual([])
  })

  it.each([
    [
      'no ready endpoint',
      { endpointSlices: [slice('web', ['10.244.1.9'], 8080, false)] },
      ['Service "shop/web" does not have any active Endpoint.'],
    ],
    [
      'a slice without endpoints',
      { endpointSlices: [{ ...slice('web', []), endpoints: null, ports: null }] },
      ['Service "shop/web" does not have any active Endpoint.'],
    ],
    [
      'no Service',
      { services: [] },
      ['Error obtaining Endpoints for Service "shop/web": no object matching key "shop/web" in local store'],
    ],
    ['a port that the Service does not have', { services: [service('web', 81)] }, []],
  ])('%s is 503', (_, more, said) => {
    const { text, warnings } = rendered([one(path('/', 'Prefix'))], more)
    expect(locations(text)['shop.example']).toEqual({ '"/"': 'return 503' })
    expect(warnings).toEqual(said)
  })

  it('the number of the target will do for that of the Service, as upstream', () => {
    expect(locations(rendered([one(path('/', 'Prefix', to('web', 8080)))]).text)['shop.example']).toEqual({
      '"/"': 'proxy_pass http://shop-web-8080',
    })
  })
})

it('timeouts are the annotations’ where they are numbers', () => {
  const annotations = { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '3', 'nginx.ingress.kubernetes.io/proxy-send-timeout': 'soon' }
  const [, host] = serversOf({
    ingresses: [ingress('web', { rules: [{ host: 'h', http: { paths: [path('/a', 'Prefix')] } }] }, { annotations })],
  })
  expect(withExactTwins(host?.locations ?? []).at(-1)).toMatchObject({
    path: '/a',
    pathType: 'Exact',
    settings: { readTimeout: 3, sendTimeout: 60 },
  })
})
