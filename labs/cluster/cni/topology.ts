// Who has which address in an embedded cluster. Read by the network plan, the kubelets, the DNS server and the embedded runtime.

/** A Kubernetes node: its address on the lan and the addresses of the pods it hosts. */
export interface NodeAddress {
  name: string
  /** on the lan, without prefix length */
  address: string
  /** e.g. 10.244.1.0/24 */
  podCidr: string
  /** node end of every pod link, e.g. 10.244.1.1 */
  podGateway: string
}

/** A host on the lan that is no node: the laptop, a partner, a resolver. */
export interface LanHost {
  name: string
  address: string
  /** what it is called beside its name, in the DNS outside */
  names?: readonly string[] | undefined
  routes: readonly { to: string; via: string }[]
}

/** docker's network on kind: what the nodes hang on. Its gateway is also the resolver of everything that is not a pod. */
export const lan = { bridge: 'lan', prefixLength: 16, gateway: '172.18.0.1' } as const
export const podNetwork = '10.244.0.0/16'
export const clusterDomain = 'cluster.local'
export const clusterDnsAddress = '10.96.0.10'
export const apiServerAddress = '172.18.0.2'
export const apiServerPort = 6443
export const controlPlaneName = 'control-plane'
export const laptopName = 'laptop'

const node = (name: string, index: number): NodeAddress => ({
  name,
  address: `172.18.0.${index + 2}`,
  podCidr: `10.244.${index}.0/24`,
  podGateway: `10.244.${index}.1`,
})

export const clusterNodes: readonly NodeAddress[] = [controlPlaneName, 'worker', 'worker2'].map(node)
export const laptop: LanHost = { name: laptopName, address: '172.18.0.50', routes: [] }
