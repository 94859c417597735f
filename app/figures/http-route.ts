// One request at the door of a little cluster: which Ingress takes it, by which rule, and what nginx answers. Pure.
import { endpointsOf } from '../../labs/cluster/ingress/backends.ts'
import { whyNotOurs } from '../../labs/cluster/ingress/class.ts'
import { readFlags } from '../../labs/cluster/ingress/flags.ts'
import type { EndpointSliceObject, IngressClassObject, IngressObject, ServiceObject } from '../../labs/cluster/ingress/objects.ts'
import { catchAll, type Location, type Server, serversOf, withExactTwins } from '../../labs/cluster/ingress/servers.ts'

export interface ShopRule {
  ingressClass: 'nginx' | 'haproxy' | 'none'
  host: 'shop.example' | '*.example'
  path: '/' | '/host'
  pathType: 'Prefix' | 'Exact'
  /** of the Service */
  port: number
}
export interface DoorRequest {
  host: string
  path: string
}
export interface DoorAnswer {
  /** why the controller leaves the Ingress shop out, in the words of its log */
  ignored: string | undefined
  /** `_`: no host took it */
  server: string
  location: Location
  /** what the request is sent to */
  addresses: string[]
  status: 200 | 404 | 503
}

const webPods = ['10.244.1.2', '10.244.2.3']
const apiPods = ['10.244.1.3']
const service = (name: string): ServiceObject => ({
  metadata: { name, namespace: 'default' },
  spec: { ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 }] },
})
const slice = (name: string, addresses: readonly string[]): EndpointSliceObject => ({
  metadata: { namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
  endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
})
const classes: IngressClassObject[] = [{ metadata: { name: 'nginx' }, spec: { controller: 'k8s.io/ingress-nginx' } }]

const ingress = (name: string, { ingressClass, host, path, pathType, port }: Omit<ShopRule, 'host'> & { host: string }, to: string) =>
  ({
    metadata: { name, namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: {
      ...(ingressClass === 'none' ? {} : { ingressClassName: ingressClass }),
      rules: [{ host, http: { paths: [{ path, pathType, backend: { service: { name: to, port: { number: port } } } }] } }],
    },
  }) satisfies IngressObject

/** nginx's own order: the very name, then a pattern of one label and the rest, then the default server. */
function serverFor(servers: readonly Server[], host: string): Server | undefined {
  const [label, ...rest] = host.split('.')
  const wildcard = label && rest.length > 0 ? `*.${rest.join('.')}` : undefined
  return [host, wildcard, catchAll].flatMap((name) => servers.find((each) => each.host === name) ?? [])[0]
}

/** An exact location, else the longest prefix. */
function locationFor({ locations }: Server, path: string): Location | undefined {
  const all = withExactTwins(locations)
  const prefixes = all.filter((each) => each.pathType !== 'Exact' && path.startsWith(each.path))
  return all.find((each) => each.pathType === 'Exact' && each.path === path) ?? prefixes.sort((a, b) => b.path.length - a.path.length)[0]
}

export function askDoor(rule: ShopRule, request: DoorRequest): DoorAnswer {
  const shop = ingress('shop', rule, 'web')
  const api = ingress('api', { ingressClass: 'nginx', host: 'api.shop.example', path: '/', pathType: 'Prefix', port: 80 }, 'api')
  const flags = readFlags([])
  const ignored = whyNotOurs(shop, classes, flags)
  const inputs = {
    ingresses: [shop, api].filter((each) => whyNotOurs(each, classes, flags) === undefined),
    services: [service('web'), service('api')],
    endpointSlices: [slice('web', webPods), slice('api', apiPods)],
  }
  const server = serverFor(serversOf(inputs), request.host)
  const location = server && locationFor(server, request.path)
  // the catch-all has a location for every path, and so has each host
  if (!server || !location) throw new Error(`nothing at the door takes ${request.host}${request.path}`)
  const addresses = location.backend ? endpointsOf(location.backend, inputs).addresses : []
  return { ignored, server: server.host, location, addresses, status: location.backend ? (addresses.length > 0 ? 200 : 503) : 404 }
}
