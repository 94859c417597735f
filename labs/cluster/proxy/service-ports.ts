// Services as kube-proxy sees them: one entry for each port that has a cluster IP of this family.
import { canonicalAddress, canonicalRange, type Family, familyOf } from './addresses.ts'
import { type ServiceChains, serviceChains, servicePortName } from './chain-names.ts'
import type { ServiceObject } from './inputs.ts'

export interface ServicePort {
  namespace: string
  service: string
  portName: string
  /** lower case */
  protocol: string
  /** `ns/name:port`, as in comments */
  name: string
  /** name and protocol: unique */
  key: string
  chains: ServiceChains
  clusterIP: string
  port: number
  nodePort: number
  externalIPs: string[]
  /** load balancer addresses that kube-proxy captures */
  loadBalancerVIPs: string[]
  sourceRanges: string[]
  externalLocal: boolean
  internalLocal: boolean
  /** 0: none */
  healthCheckNodePort: number
  /** seconds; undefined: no affinity */
  affinitySeconds: number | undefined
}

const ofFamily = (addresses: string[] | undefined, family: Family): string[] =>
  (addresses ?? []).flatMap((text) => {
    const address = canonicalAddress(text)
    return address && familyOf(address) === family ? [address] : []
  })

export const isExternallyAccessible = (port: ServicePort): boolean =>
  port.nodePort !== 0 || port.loadBalancerVIPs.length > 0 || port.externalIPs.length > 0
/** Even with externalTrafficPolicy Local, traffic from pods and nodes goes to all endpoints, hence "at all". */
export const usesClusterEndpoints = (port: ServicePort): boolean => !port.internalLocal || isExternallyAccessible(port)
export const usesLocalEndpoints = (port: ServicePort): boolean => port.internalLocal || (port.externalLocal && isExternallyAccessible(port))

/** Load balancers that terminate (`ipMode: Proxy`) must see the traffic themselves, so their addresses are not captured. */
const vips = (service: ServiceObject, family: Family): string[] =>
  ofFamily(
    (service.status?.loadBalancer?.ingress ?? []).flatMap((i) => (i.ip && (i.ipMode === undefined || i.ipMode === 'VIP') ? [i.ip] : [])),
    family,
  )

/** One Service's ports, in its own order. */
export function portsOf(service: ServiceObject, family: Family): ServicePort[] {
  const spec = service.spec ?? {}
  const [clusterIP] = ofFamily(spec.clusterIPs?.length ? spec.clusterIPs : spec.clusterIP ? [spec.clusterIP] : [], family)
  if (!clusterIP || spec.clusterIP === '' || spec.clusterIP === 'None' || spec.type === 'ExternalName') return []
  const namespace = service.metadata.namespace ?? 'default'
  const externalIPs = ofFamily(spec.externalIPs, family)
  const published = spec.type === 'NodePort' || spec.type === 'LoadBalancer'
  const externalLocal = (published || externalIPs.length > 0) && spec.externalTrafficPolicy === 'Local'
  const shared = {
    namespace,
    service: service.metadata.name,
    clusterIP,
    externalIPs,
    loadBalancerVIPs: vips(service, family),
    sourceRanges: (spec.loadBalancerSourceRanges ?? []).flatMap((text) => {
      const range = canonicalRange(text)
      return range && familyOf(range) === family ? [range] : []
    }),
    externalLocal,
    internalLocal: spec.internalTrafficPolicy === 'Local',
    healthCheckNodePort: spec.type === 'LoadBalancer' && externalLocal ? (spec.healthCheckNodePort ?? 0) : 0,
    affinitySeconds: spec.sessionAffinity === 'ClientIP' ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10800) : undefined,
  }
  return (spec.ports ?? []).map((port) => {
    const protocol = (port.protocol ?? 'TCP').toLowerCase()
    const name = servicePortName(namespace, service.metadata.name, port.name ?? '')
    return {
      ...shared,
      portName: port.name ?? '',
      protocol,
      name,
      key: `${name}/${protocol}`,
      chains: serviceChains(name, protocol),
      port: port.port,
      nodePort: port.nodePort ?? 0,
    }
  })
}
