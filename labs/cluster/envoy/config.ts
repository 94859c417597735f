// Envoy's configuration as plain objects: the words that a gateway's and a sidecar's have in common. Pure.
import type { Json } from '../api/json-value.ts'

const extension = (name: string, fields: Json = {}): Json => ({ '@type': `type.googleapis.com/envoy.${name}`, ...fields })
export const filter = (name: string, type: string, fields: Json = {}): Json => ({ name, typed_config: extension(type, fields) })

/** As Istio's: response flags and who talked to whom, in one line a request. */
const logFormat =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% ' +
  '%CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% ' +
  '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" ' +
  '"%UPSTREAM_HOST%" %UPSTREAM_CLUSTER% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% ' +
  '%REQUESTED_SERVER_NAME% %ROUTE_NAME%\n'
/** The stream logger, not a file: another user's /dev/stdout cannot be opened again. */
export const accessLog: Json = [
  filter('stdout', 'extensions.access_loggers.stream.v3.StdoutAccessLog', {
    log_format: { text_format_source: { inline_string: logFormat } },
  }),
]

export const socketAddress = (address: string, port: number): Json => ({ socket_address: { address, port_value: port } })

/** The filter that speaks HTTP; `routes` is an inline route_config, or rds. */
export const httpManager = (name: string, routes: Json, more: Json = {}): Json =>
  filter('envoy.filters.network.http_connection_manager', 'extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: name,
    access_log: accessLog,
    ...routes,
    http_filters: [filter('envoy.filters.http.router', 'extensions.filters.http.router.v3.Router')],
    ...more,
  })

/** A listener with one answer, 200 at that path: it is there only when Envoy has taken the listeners over. */
export const readyListener = (port: number, path: string): Json => ({
  name: 'ready',
  address: socketAddress('0.0.0.0', port),
  filter_chains: [
    {
      filters: [
        httpManager(
          'ready',
          {
            route_config: {
              virtual_hosts: [{ name: 'ready', domains: ['*'], routes: [{ match: { path }, direct_response: { status: 200 } }] }],
            },
          },
          { access_log: [] },
        ),
      ],
    },
  ],
})

/** The files of one Envoy, by name: bootstrap.json names the others, which it takes over when they are renamed onto. */
export interface EnvoyResources {
  clusters: Json[]
  listeners: Json[]
  routes: Json[]
  /** by cluster; each is a file of its own, for Envoy refuses two in one */
  endpoints: ReadonlyMap<string, readonly { address: string; port: number }[]>
}

const types = {
  lds: 'config.listener.v3.Listener',
  rds: 'config.route.v3.RouteConfiguration',
  cds: 'config.cluster.v3.Cluster',
  eds: 'config.endpoint.v3.ClusterLoadAssignment',
}
const edsFile = (cluster: string): string => `eds-${cluster.replace(/[^-._a-zA-Z0-9]/g, '_')}.json`
export const fileSource = (folder: string, file: string): Json => ({
  resource_api_version: 'V3',
  path_config_source: { path: `${folder}/${file}` },
})
/** A cluster whose endpoints are in a file of their own. */
export const edsCluster = (folder: string, name: string, more: Json = {}): Json => ({
  name,
  type: 'EDS',
  connect_timeout: '1s',
  eds_cluster_config: { eds_config: fileSource(folder, edsFile(name)) },
  ...more,
})

/** In the order in which they must be replaced: endpoints before the clusters that have them, clusters before the routes to them. */
export function envoyFiles(folder: string, id: string, { clusters, listeners, routes, endpoints }: EnvoyResources): Record<string, string> {
  const file = (kind: keyof typeof types, resources: Json[]) =>
    JSON.stringify({ resources: resources.map((resource) => extension(types[kind], resource)) }, null, 1)
  const assignments = [...endpoints].map(([cluster, addresses]): [string, string] => {
    const lb_endpoints = addresses.map(({ address, port }) => ({ endpoint: { address: socketAddress(address, port) } }))
    return [edsFile(cluster), file('eds', [{ cluster_name: cluster, endpoints: [{ lb_endpoints }] }])]
  })
  const bootstrap = {
    node: { id, cluster: id },
    admin: { address: { pipe: { path: '/tmp/envoy-admin.sock', mode: 0o600 } } },
    dynamic_resources: { cds_config: fileSource(folder, 'cds.json'), lds_config: fileSource(folder, 'lds.json') },
  }
  return {
    'bootstrap.json': JSON.stringify(bootstrap, null, 1),
    ...Object.fromEntries(assignments),
    'cds.json': file('cds', clusters),
    'rds.json': file('rds', routes),
    'lds.json': file('lds', listeners),
  }
}

/** Log warnings, in which Envoy says why it refused a file; flush access logs at once, not after ten seconds. */
export const envoyArguments = (folder: string): string[] => [
  ...['-c', `${folder}/bootstrap.json`, '--concurrency', '1', '--disable-hot-restart'],
  ...['--log-level', 'warning', '--file-flush-interval-msec', '50'],
]
