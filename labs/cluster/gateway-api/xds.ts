// A Gateway and the HTTPRoutes on it, as Envoy's listeners, routes, clusters and endpoints. Pure; controllers/gateway.ts writes the files.
import type { Json } from '../api/json-value.ts'
import { durationMs } from '../api/resources/http-route.ts'
import type { KubeObject } from '../api/store.ts'
import { type EnvoyResources, edsCluster, fileSource, httpManager, readyListener, socketAddress } from '../envoy/config.ts'
import { endpointsOf } from '../envoy/endpoints.ts'
import { type Attachment, type GatewayObjects, usableService } from './attach.ts'

/** Where the proxy's container finds its files. */
export const envoyFolder = '/etc/envoy'
export const readyPort = 19003
export const readyPath = '/ready'
/** A port below 1024 takes privilege, which a proxy should not have: as Envoy Gateway, 80 is 10080 in its container. */
export const containerPort = (port: number): number => (port < 1024 ? port + 10_000 : port)

export function gatewayResources(objects: GatewayObjects, attachments: readonly Attachment[]): EnvoyResources {
  const endpoints = new Map<string, { address: string; port: number }[]>()
  const clusterFor = (backend: Json, route: KubeObject): string | undefined => {
    const service = usableService(backend, route, objects.services)
    if (!service) return undefined
    const name = `${service.metadata.namespace}/${service.metadata.name}/${backend.port}`
    endpoints.set(name, endpointsOf(service, backend.port, objects.endpointSlices))
    return name
  }
  const ports = [...new Set((objects.gateway.spec.listeners as Json[]).map(({ port }) => port as number))]
  const routes = ports.map((port) => routeConfiguration(objects.gateway, port, attachments, clusterFor))
  return {
    endpoints,
    clusters: [...endpoints.keys()].map((name) => edsCluster(envoyFolder, name)),
    routes,
    listeners: [...ports.map(listenerFor), readyListener(readyPort, readyPath)],
  }
}

const configName = (port: number): string => `http-${port}`
const listenerFor = (port: number): Json => ({
  name: configName(port),
  address: socketAddress('0.0.0.0', containerPort(port)),
  filter_chains: [
    {
      filters: [
        httpManager(
          configName(port),
          { rds: { route_config_name: configName(port), config_source: fileSource(envoyFolder, 'rds.json') } },
          { use_remote_address: true },
        ),
      ],
    },
  ],
})

type ClusterFor = (backend: Json, route: KubeObject) => string | undefined

/** One virtual host a name; the routes of all HTTPRoutes that have it, the most specific match first. */
function routeConfiguration(gateway: KubeObject, port: number, attachments: readonly Attachment[], clusterFor: ClusterFor): Json {
  const hosts = new Map<string, { rank: readonly (number | string)[]; route: Json }[]>()
  for (const listener of gateway.spec.listeners as Json[]) {
    if (listener.port !== port) continue
    for (const { route, listeners } of attachments) {
      const entries = (route.spec.rules as Json[]).flatMap((rule, i) =>
        (rule.matches as Json[]).map((match) => ({ rank: rankOf(match, route, i), route: routeEntry(rule, i, match, route, clusterFor) })),
      )
      for (const host of listeners.get(listener.name) ?? []) hosts.set(host, [...(hosts.get(host) ?? []), ...entries])
    }
  }
  const virtual_hosts = [...hosts].map(([host, entries]) => ({
    name: host,
    domains: [host],
    routes: entries.sort((a, b) => compareRanks(a.rank, b.rank)).map(({ route }) => route),
  }))
  return { name: configName(port), virtual_hosts, ignore_port_in_host_matching: true }
}

/** Smaller goes first, in the order that the Gateway API sets: kind and length of path, method, headers, query, then the older route, name, rule. */
function rankOf(
  { path, method, headers = [], queryParams = [] }: Json,
  { metadata }: KubeObject,
  rule: number,
): readonly (number | string)[] {
  const kinds = ['Exact', 'PathPrefix', 'RegularExpression']
  return [
    ...[kinds.indexOf(path.type), -path.value.length, method ? 0 : 1, -headers.length, -queryParams.length],
    ...[metadata.creationTimestamp, `${metadata.namespace}/${metadata.name}`, rule],
  ]
}
function compareRanks(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [i, mine] of a.entries()) {
    const other = b[i] as number | string
    if (mine !== other) return mine < other ? -1 : 1
  }
  return 0
}

function routeEntry(rule: Json, index: number, match: Json, route: KubeObject, clusterFor: ClusterFor): Json {
  const { namespace, name } = route.metadata
  const common = { name: `httproute/${namespace}/${name}/rule/${index}`, match: matchOf(match) }
  const backends = ((rule.backendRefs ?? []) as Json[]).filter(({ weight }) => weight > 0)
  const targets = backends.map((backend) => ({ name: clusterFor(backend, route), weight: backend.weight as number }))
  // the Gateway API: what goes to a backend that is not there gets 500
  if (targets.length === 0 || targets.every((target) => target.name === undefined)) return { ...common, direct_response: { status: 500 } }
  const [first] = targets
  const action =
    targets.length === 1
      ? { cluster: first?.name }
      : { weighted_clusters: { clusters: targets.map((target) => ({ name: target.name ?? 'none', weight: target.weight })) } }
  return { ...common, route: { ...action, cluster_not_found_response_code: 'INTERNAL_SERVER_ERROR', ...timeoutsOf(rule.timeouts ?? {}) } }
}

const seconds = (text: string): string => `${durationMs(text) / 1000}s`
/** Without one Envoy's own holds, 15 s. 0s is none at all. There are no retries, so the one for a try is for the request. */
function timeoutsOf({ request, backendRequest }: Json): Json {
  const timeout = request ?? backendRequest
  return timeout === undefined ? {} : { timeout: seconds(timeout) }
}

function matchOf({ path, method, headers = [], queryParams = [] }: Json): Json {
  const text = (type: string, value: string) => (type === 'RegularExpression' ? { safe_regex: { regex: value } } : { exact: value })
  const header = ({ type, name, value }: Json) => ({ name, string_match: text(type, value) })
  const all = [...(method ? [{ name: ':method', string_match: { exact: method } }] : []), ...headers.map(header)]
  return {
    ...pathMatch(path),
    ...(all.length ? { headers: all } : {}),
    ...(queryParams.length ? { query_parameters: queryParams.map(header) } : {}),
  }
}

/** A prefix is of path elements: /a is no prefix of /ab. */
function pathMatch({ type, value }: Json): Json {
  if (type === 'Exact') return { path: value }
  if (type === 'RegularExpression') return { safe_regex: { regex: value } }
  const prefix = value.replace(/\/+$/, '')
  return prefix ? { path_separated_prefix: prefix } : { prefix: '/' }
}
