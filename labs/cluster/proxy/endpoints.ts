// The endpoints of each service port, out of its EndpointSlices.
import { canonicalAddress, type Family, familyOf, joinHostPort } from './addresses.ts'
import { endpointChain } from './chain-names.ts'
import type { EndpointSliceObject } from './inputs.ts'
import type { ServicePort } from './service-ports.ts'

export interface Endpoint {
  /** `ip:port` */
  name: string
  ip: string
  port: number
  chain: string
  ready: boolean
  serving: boolean
  terminating: boolean
  /** on the node whose rules are written */
  local: boolean
  zoneHints: string[]
  nodeHints: string[]
}

type SliceEndpoint = NonNullable<EndpointSliceObject['endpoints']>[number]

/** Only the first address counts: the API has promised nothing about the others. */
function toEndpoint(source: SliceEndpoint, port: number, service: ServicePort, nodeName: string): Endpoint | undefined {
  const ip = canonicalAddress(source.addresses[0] ?? '')
  if (!ip) return undefined
  const name = joinHostPort(ip, port)
  const ready = source.conditions?.ready ?? true
  return {
    name,
    ip,
    port,
    chain: endpointChain(service.name, service.protocol, name),
    ready,
    serving: source.conditions?.serving ?? ready,
    terminating: source.conditions?.terminating ?? false,
    local: source.nodeName !== undefined && source.nodeName === nodeName,
    zoneHints: source.hints?.forZones?.map((z) => z.name) ?? [],
    nodeHints: source.hints?.forNodes?.map((n) => n.name) ?? [],
  }
}

/** The slices of each Service, by `namespace/name`. */
export function slicesByService(slices: readonly EndpointSliceObject[], family: Family): Map<string, EndpointSliceObject[]> {
  const found = new Map<string, EndpointSliceObject[]>()
  for (const slice of slices) {
    const service = slice.metadata.labels?.['kubernetes.io/service-name']
    if (!service || (slice.addressType ?? family) !== family) continue
    const owner = `${slice.metadata.namespace ?? 'default'}/${service}`
    const known = found.get(owner)
    if (known) known.push(slice)
    else found.set(owner, [slice])
  }
  return found
}

/** One service port's endpoints out of its Service's slices, ready or not, sorted by `ip:port` as text. */
export function endpointsOf(service: ServicePort, slices: readonly EndpointSliceObject[], family: Family, nodeName: string): Endpoint[] {
  const byName = new Map<string, Endpoint>()
  for (const slice of slices) {
    for (const port of slice.ports ?? []) {
      if ((port.name ?? '') !== service.portName || (port.protocol ?? 'TCP').toLowerCase() !== service.protocol || !port.port) continue
      for (const source of slice.endpoints ?? []) {
        const endpoint = toEndpoint(source, port.port, service, nodeName)
        if (endpoint && familyOf(endpoint.ip) === family) byName.set(endpoint.name, preferred(byName.get(endpoint.name), endpoint))
      }
    }
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The same endpoint may be in two slices for a moment (it moves from one to the other). kube-proxy takes either; here a ready entry always wins. */
const preferred = (known: Endpoint | undefined, next: Endpoint): Endpoint => (known?.ready || (known && !next.ready) ? known : next)
