// What kube-proxy answers at its ports for health checks: upstream's pkg/proxy/healthcheck. Pure; process.ts has the sockets.
import type { RestorePlan } from './render.ts'

/** Of kube-proxy itself, on every node. */
export const proxyHealthPort = 10256

export interface ProxyHealth {
  healthy: boolean
  /** epoch ms of the last sync that came to its end; undefined before the first */
  lastUpdated: number | undefined
}
export interface HealthReply {
  status: 200 | 404 | 503
  headers: Record<string, string>
  body: string
}

/** The Service (`namespace/name`) behind each port for health checks. */
export function healthCheckNodePorts(plan: RestorePlan): Map<number, string> {
  const ports = plan.ports.filter((port) => port.healthCheckNodePort !== 0)
  return new Map(ports.map((port) => [port.healthCheckNodePort, `${port.namespace}/${port.service}`]))
}

/** How many addresses of a Service are ready on this node. One that only serves while it terminates does not count: balancers are to turn away. */
export function localReadyEndpoints(plan: RestorePlan, service: string): number {
  const own = plan.ports
    .filter((port) => `${port.namespace}/${port.service}` === service)
    .flatMap((port) => plan.endpoints.get(port.key) ?? [])
  return new Set(own.filter((endpoint) => endpoint.local && endpoint.ready).map((endpoint) => endpoint.ip)).size
}

const json = { 'Content-Type': 'application/json', 'X-Content-Type-Options': 'nosniff' }
const statusOf = (healthy: boolean) => (healthy ? 200 : 503)

/** Whether a balancer should send this node connections for the Service; the same for every path. */
export function serviceReply(service: string, localEndpoints: number, serviceProxyHealthy: boolean): HealthReply {
  const [namespace, name] = service.split('/')
  return {
    status: statusOf(localEndpoints > 0 && serviceProxyHealthy),
    headers: { ...json, 'X-Load-Balancing-Endpoint-Weight': String(localEndpoints) },
    body: JSON.stringify({ service: { namespace, name }, localEndpoints, serviceProxyHealthy }, undefined, '\t'),
  }
}

/** /healthz counts whether the node is to be removed, /livez does not. */
export function proxyReply(path: string | undefined, health: ProxyHealth, nodeEligible: boolean, now: number): HealthReply {
  if (path !== '/healthz' && path !== '/livez')
    return {
      status: 404,
      headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
      body: '404 page not found\n',
    }
  const isHealthz = path === '/healthz'
  const healthy = health.healthy && (nodeEligible || !isHealthz)
  // Go's zero time
  const time = (ms: number | undefined) => (ms === undefined ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString())
  const own = { lastUpdated: time(health.lastUpdated), healthy: health.healthy }
  const body = {
    // as in older releases: when all is well this is now
    lastUpdated: healthy ? time(now) : own.lastUpdated,
    currentTime: time(now),
    ...(isHealthz ? { nodeEligible } : {}),
    healthy: health.healthy,
    ...(health.lastUpdated === undefined ? {} : { status: { IPv4: own } }),
  }
  return { status: statusOf(healthy), headers: json, body: JSON.stringify(body) }
}

/** The autoscaler's mark, or a node that is being deleted: balancers should stop using it. */
export const isNodeEligible = (
  node: { metadata: { deletionTimestamp?: string }; spec?: { taints?: { key: string }[] } } | undefined,
): boolean =>
  node !== undefined &&
  !node.metadata.deletionTimestamp &&
  !(node.spec?.taints ?? []).some(({ key }) => key === 'ToBeDeletedByClusterAutoscaler')
