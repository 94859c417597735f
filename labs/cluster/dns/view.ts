// The parts of the cluster that DNS answers from. Objects from the API store fit as they are.

export interface DnsService {
  metadata: { name: string; namespace?: string }
  spec?: {
    type?: string
    clusterIP?: string
    clusterIPs?: string[]
    externalName?: string
    ports?: { name?: string; protocol?: string; port: number }[]
  }
}

export interface DnsEndpointSlice {
  metadata: { namespace?: string; labels?: Record<string, string> }
  addressType?: string
  endpoints?: { addresses: string[]; hostname?: string; conditions?: { ready?: boolean | null } }[]
  ports?: { name?: string | null; protocol?: string; port?: number | null }[]
}

export interface DnsView {
  services: readonly DnsService[]
  endpointSlices: readonly DnsEndpointSlice[]
  namespaces: readonly { metadata: { name: string } }[]
}

/** CoreDNS's settings; see `clusterDnsConfig`. */
export interface DnsConfig {
  /** cluster.local */
  domain: string
  /** seconds, of all records and of the SOA of negative answers */
  ttl: number
  /** the SOA's serial: CoreDNS gives the time of the last change, in seconds since 1970 */
  serial: number
}

/** The settings of kubeadm's Corefile. */
export const clusterDnsConfig = (serial: number): DnsConfig => ({ domain: 'cluster.local', ttl: 30, serial })
