// The parts of the cluster that DNS answers from. Objects from the API store fit as they are.

type Labelled = { metadata: { name: string; labels?: Record<string, string> } }

export interface DnsService {
  metadata: { name: string; namespace?: string; labels?: Record<string, string> }
  spec?: {
    type?: string
    clusterIP?: string
    clusterIPs?: string[]
    externalName?: string
    ports?: { name?: string; protocol?: string; port: number }[]
  }
}

export interface DnsEndpoint {
  addresses: string[]
  hostname?: string
  conditions?: { ready?: boolean | null }
  targetRef?: { name?: string }
}

export interface DnsEndpointSlice {
  metadata: { namespace?: string; labels?: Record<string, string> }
  addressType?: string
  endpoints?: DnsEndpoint[]
  ports?: { name?: string | null; protocol?: string; port?: number | null }[]
}

export interface DnsView {
  services: readonly DnsService[]
  endpointSlices: readonly DnsEndpointSlice[]
  namespaces: readonly Labelled[]
  /** for `pods verified` */
  pods: readonly { metadata: { namespace?: string }; status?: { podIP?: string } }[]
}

/** What the Corefile's `kubernetes` says. */
export interface DnsConfig {
  /** the first zone that is no reverse one: names of addresses lie in it */
  domain: string
  /** seconds, of all records and of the SOA of negative answers */
  ttl: number
  /** the SOA's serial: CoreDNS gives the time of the last change, in seconds since 1970 */
  serial: number
  pods: 'disabled' | 'insecure' | 'verified'
  /** endpoints have their pod's name when they have no hostname */
  endpointPodNames: boolean
  /** false: `noendpoints` */
  endpoints: boolean
  ignoreEmptyServices: boolean
  servesNamespace(namespace: Labelled): boolean
  servesService(service: DnsService): boolean
}
