// The parts of Services, EndpointSlices and Nodes that the rules depend on. Objects from the API store fit as they are.
import type { Family } from './addresses.ts'

export interface ServiceObject {
  metadata: { name: string; namespace?: string }
  spec?: {
    type?: string
    clusterIP?: string
    clusterIPs?: string[]
    ports?: { name?: string; protocol?: string; port: number; nodePort?: number }[]
    externalIPs?: string[]
    externalTrafficPolicy?: string
    internalTrafficPolicy?: string
    healthCheckNodePort?: number
    loadBalancerSourceRanges?: string[]
    sessionAffinity?: string
    sessionAffinityConfig?: { clientIP?: { timeoutSeconds?: number } }
  }
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string; ipMode?: string }[] } }
}

export interface EndpointSliceObject {
  metadata: { name: string; namespace?: string; labels?: Record<string, string> }
  addressType?: string
  endpoints?: {
    addresses: string[]
    conditions?: { ready?: boolean | null; serving?: boolean | null; terminating?: boolean | null }
    nodeName?: string
    hints?: { forZones?: { name: string }[]; forNodes?: { name: string }[] }
  }[]
  ports?: { name?: string | null; protocol?: string; port?: number | null }[]
}

/** The node whose rules are written. */
export interface ProxyNode {
  name: string
  /** InternalIP of the rules' family */
  ip: string
  podCIDR?: string
  /** label topology.kubernetes.io/zone */
  zone?: string
}

/** How the node tells traffic of its cluster's pods from other traffic; kind uses `clusterCIDR`. */
export type LocalDetector =
  | { mode: 'clusterCIDR'; cidr: string }
  | { mode: 'bridgeInterface'; name: string }
  | { mode: 'interfacePrefix'; prefix: string }
  | { mode: 'none' }

/** kube-proxy's settings; the defaults are those of kind and kubeadm. */
export interface ProxyOptions {
  family: Family
  masqueradeBit: number
  masqueradeAll: boolean
  randomFully: boolean
  localhostNodePorts: boolean
  /** nf_conntrack_tcp_be_liberal is on: packets in state INVALID are let through */
  conntrackTcpLiberal: boolean
  /** the node's addresses that serve node ports; undefined: every local address */
  nodePortAddresses?: string[]
  localDetector: LocalDetector
  /** above this many endpoints in the cluster, comments per endpoint are left out */
  largeClusterEndpoints: number
}

/** The settings of kind with this pod network. */
export function proxyOptions(clusterCIDR: string, overrides: Partial<ProxyOptions> = {}): ProxyOptions {
  return {
    family: 'IPv4',
    masqueradeBit: 14,
    masqueradeAll: false,
    randomFully: true,
    localhostNodePorts: true,
    conntrackTcpLiberal: false,
    localDetector: { mode: 'clusterCIDR', cidr: clusterCIDR },
    largeClusterEndpoints: 1000,
    ...overrides,
  }
}
