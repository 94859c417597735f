// Which endpoints of a service port are used from one node: readiness, traffic policies, topology hints, terminating fallback.
import type { Endpoint } from './endpoints.ts'
import { type ServicePort, usesClusterEndpoints, usesLocalEndpoints } from './service-ports.ts'

export interface EndpointChoice {
  /** for traffic policy Cluster; empty when the port never uses it */
  cluster: Endpoint[]
  /** for traffic policy Local; empty when the port never uses it */
  local: Endpoint[]
  /** union of both */
  reachable: Endpoint[]
  /** something usable somewhere in the cluster, maybe not from here */
  any: boolean
}

/** PreferSameNode when every ready endpoint is hinted for nodes and one for this node; else the same with zones; else all. */
function topologyFilter(ready: readonly Endpoint[], nodeName: string, zone: string): (endpoint: Endpoint) => boolean {
  if (ready.every((e) => e.nodeHints.length > 0) && ready.some((e) => e.nodeHints.includes(nodeName)))
    return (e) => e.nodeHints.includes(nodeName)
  if (ready.every((e) => e.zoneHints.length > 0) && ready.some((e) => e.zoneHints.includes(zone))) return (e) => e.zoneHints.includes(zone)
  return () => true
}

/** Ready endpoints, or those that still serve while they terminate when there is no ready one. */
const usable = (endpoints: readonly Endpoint[]): Endpoint[] => {
  const ready = endpoints.filter((e) => e.ready)
  return ready.length > 0 ? ready : endpoints.filter((e) => e.serving && e.terminating)
}

export function chooseEndpoints(endpoints: readonly Endpoint[], port: ServicePort, node: { name: string; zone?: string }): EndpointChoice {
  const ready = endpoints.filter((e) => e.ready)
  const everywhere = usable(endpoints)
  const cluster = usesClusterEndpoints(port)
    ? everywhere.filter(ready.length > 0 ? topologyFilter(ready, node.name, node.zone ?? '') : () => true)
    : []
  const local = usesLocalEndpoints(port) ? usable(endpoints.filter((e) => e.local)) : []
  const reachable = [...new Map([...cluster, ...local].map((e) => [e.name, e])).values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  const any = cluster.length > 0 || (usesLocalEndpoints(port) && endpoints.some((e) => e.ready || (e.serving && e.terminating)))
  return { cluster, local, reachable, any }
}
