// What the sidecars of a namespace are told: one listener a Service, the virtual ones that the redirect leads to, mutual TLS. Pure.
import type { Json } from '../api/json-value.ts'
import { matchesLabelSelector } from '../api/selectors.ts'
import type { KubeObject } from '../api/store.ts'
import { accessLog, type EnvoyResources, edsCluster, filter, httpManager, readyListener, socketAddress } from '../envoy/config.ts'
import { endpointsOf } from '../envoy/endpoints.ts'
import { certificateFolder, hasSidecar, proxyFolder, readyPath, readyPort } from './inject.ts'

export interface MeshObjects {
  /** of meshed namespaces */
  services: readonly KubeObject[]
  endpointSlices: readonly KubeObject[]
  pods: readonly KubeObject[]
}
const trustDomain = 'spiffe://cluster.local'
export const spiffeId = (namespace: string, serviceAccount: string): string => `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`

interface ServicePort {
  service: KubeObject
  port: Json
  cluster: string
  isTcp: boolean
  pods: KubeObject[]
}

/** As Istio reads it: appProtocol, else the beginning of the port's name. Without either, HTTP. */
const isTcp = ({ appProtocol, name = '' }: Json): boolean => /^(tcp|mysql|mongo|redis|tls)\b/.test(appProtocol ?? name)

/** `namespace`: whose sidecars they are; they reach every meshed Service, and take requests for their own. */
export function sidecarResources(namespace: string, { services, endpointSlices, pods }: MeshObjects): EnvoyResources {
  const ports = services.flatMap((service): ServicePort[] =>
    (service.spec.ports ?? [])
      .filter(({ protocol }: Json) => (protocol ?? 'TCP') === 'TCP' && service.spec.clusterIP && service.spec.clusterIP !== 'None')
      .map((port: Json) => ({
        service,
        port,
        cluster: `outbound|${port.port}||${service.metadata.name}.${service.metadata.namespace}.svc.cluster.local`,
        isTcp: isTcp(port),
        pods: service.spec.selector
          ? pods.filter(
              ({ metadata }) =>
                metadata.namespace === service.metadata.namespace &&
                matchesLabelSelector({ matchLabels: service.spec.selector }, metadata.labels ?? {}),
            )
          : [],
      })),
  )
  const endpoints = new Map(ports.map(({ cluster, service, port }) => [cluster, endpointsOf(service, port.port, endpointSlices)]))
  const inbound = new Map<number, boolean>()
  for (const { service, port, isTcp: tcp } of ports)
    if (service.metadata.namespace === namespace) for (const target of targetsOf(service, port, endpointSlices)) inbound.set(target, tcp)
  return {
    endpoints,
    clusters: [
      { name: 'BlackHoleCluster', type: 'STATIC', connect_timeout: '1s' },
      // Istio sets no limit; here a proxy that dials itself stops before the lab feels it
      originalDestination('PassthroughCluster', { circuit_breakers: { thresholds: [{ max_connections: 100 }] } }),
      // its own address, so that the redirect lets what comes from here to the app pass
      originalDestination('inbound', { upstream_bind_config: { source_address: { address: '127.0.0.6', port_value: 0 } } }),
      ...ports.map(outboundCluster),
    ],
    routes: [],
    listeners: [
      ...ports.map(outboundListener),
      virtualListener('virtualOutbound', 15001, { use_original_dst: true }, [
        blackHole(15001),
        { filters: [tcpProxy('PassthroughCluster')] },
      ]),
      virtualListener(
        'virtualInbound',
        15006,
        { listener_filters_timeout: '5s' },
        [blackHole(15006), ...[...inbound].map(([port, tcp]) => inboundChain(port, tcp))],
        [listenerFilter('tls_inspector', 'TlsInspector')],
      ),
      readyListener(readyPort, readyPath),
    ],
  }
}

/** The ports of Pods behind a port of a Service: its number, or what its name is in each slice. */
function targetsOf(service: KubeObject, { name = '', port, targetPort = port as number }: Json, slices: readonly KubeObject[]): number[] {
  if (typeof targetPort === 'number') return [targetPort]
  return slices
    .filter(
      ({ metadata }) =>
        metadata.namespace === service.metadata.namespace && metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name,
    )
    .flatMap((slice) => (slice.ports ?? []).filter((each: Json) => (each.name ?? '') === name).map((each: Json) => each.port as number))
}

const originalDestination = (name: string, more: Json = {}): Json => ({
  name,
  type: 'ORIGINAL_DST',
  lb_policy: 'CLUSTER_PROVIDED',
  connect_timeout: '2s',
  ...more,
})
const tcpProxy = (cluster: string): Json =>
  filter('envoy.filters.network.tcp_proxy', 'extensions.filters.network.tcp_proxy.v3.TcpProxy', {
    stat_prefix: cluster,
    cluster,
    access_log: accessLog,
  })
/** For who dials the proxy's own port: it would dial itself. */
const blackHole = (port: number): Json => ({ filter_chain_match: { destination_port: port }, filters: [tcpProxy('BlackHoleCluster')] })
const listenerFilter = (name: string, type: string): Json =>
  filter(`envoy.filters.listener.${name}`, `extensions.filters.listener.${name}.v3.${type}`)
const virtualListener = (name: string, port: number, more: Json, filter_chains: Json[], filters: Json[] = []): Json => ({
  name,
  address: socketAddress('0.0.0.0', port),
  access_log: accessLog,
  listener_filters: [listenerFilter('original_dst', 'OriginalDst'), ...filters],
  filter_chains,
  ...more,
})

const certificates = (accepted: Json[]): Json => {
  const file = (name: string) => ({ filename: `${certificateFolder}/${name}` })
  return {
    alpn_protocols: ['istio', 'http/1.1'],
    tls_certificates: [{ certificate_chain: file('cert-chain.pem'), private_key: file('key.pem') }],
    validation_context: {
      trusted_ca: file('root-cert.pem'),
      match_typed_subject_alt_names: accepted.map((matcher) => ({ san_type: 'URI', matcher })),
    },
  }
}
/** STRICT: there is no chain for what is not TLS. */
const inboundChain = (port: number, tcp: boolean): Json => ({
  name: `inbound_${port}`,
  filter_chain_match: { destination_port: port, transport_protocol: 'tls' },
  transport_socket: filter('envoy.transport_sockets.tls', 'extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    require_client_certificate: true,
    common_tls_context: certificates([{ prefix: `${trustDomain}/` }]),
  }),
  filters: [
    tcp
      ? tcpProxy('inbound')
      : httpManager(`inbound_${port}`, routeTo('inbound', {}), {
          forward_client_cert_details: 'SANITIZE_SET',
          set_current_client_cert_details: { uri: true },
        }),
  ],
})

const routeTo = (cluster: string, more: Json): Json => ({
  route_config: {
    // the app's own timers hold: a sidecar has none
    virtual_hosts: [{ name: cluster, domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster, timeout: '0s', ...more } }] }],
  },
})
/** Istio's: another endpoint is tried when a connection fails. */
const retries = {
  retry_policy: {
    retry_on: 'connect-failure,refused-stream,unavailable,cancelled',
    num_retries: 2,
    retry_host_predicate: [
      filter('envoy.retry_host_predicates.previous_hosts', 'extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate'),
    ],
  },
}
const outboundListener = ({ service, port, cluster, isTcp: tcp }: ServicePort): Json => ({
  name: `${service.spec.clusterIP}_${port.port}`,
  address: socketAddress(service.spec.clusterIP, port.port),
  bind_to_port: false,
  filter_chains: [{ filters: [tcp ? tcpProxy(cluster) : httpManager(cluster, routeTo(cluster, retries))] }],
})

/** Mutual TLS where all its Pods have a sidecar, with the accounts that they run under as the only ones to be believed. */
function outboundCluster({ service, cluster, pods }: ServicePort): Json {
  const isPlain = pods.length === 0 || !pods.every(hasSidecar)
  if (isPlain) return edsCluster(proxyFolder, cluster)
  const { namespace = 'default' } = service.metadata
  const accounts = [...new Set(pods.map(({ spec }) => spec.serviceAccountName as string))].sort()
  return edsCluster(proxyFolder, cluster, {
    transport_socket: filter('envoy.transport_sockets.tls', 'extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
      common_tls_context: certificates(accounts.map((account) => ({ exact: spiffeId(namespace, account) }))),
    }),
  })
}
