// What a cluster needs, and which network, rules and mesh can give it. The dated facts stand in this file with their sources. Looked up on
// 22 November 2026. Pure.

export const kernels = ['5.4', '5.10', '5.15', '6.8'] as const
export type Kernel = (typeof kernels)[number]
export type Place = 'own' | 'gke' | 'eks'
export type Policy = 'none' | 'addresses' | 'requests'
export type MeshNeed = 'none' | 'identity' | 'requests'
export interface Needs {
  kernel: Kernel
  /** own machines, GKE Autopilot, EKS on EC2 */
  place: Place
  policy: Policy
  mesh: MeshNeed
}

/** Why something does not fit. */
export type Obstacle = 'kernel' | 'no-policy' | 'no-requests' | 'chosen-by-cloud' | 'unsupported' | 'needs-cilium'
export interface Candidate<Name extends string> {
  name: Name
  /** undefined: it fits */
  obstacle?: Obstacle
  /** the kernel that it asks for, where that is the obstacle */
  wants?: string
}
export type Network = 'flannel' | 'calico' | 'cilium'
export type Rules = 'iptables' | 'nftables' | 'socket'
export type Mesh = 'linkerd' | 'sidecars' | 'ambient'

export interface Choice {
  networks: Candidate<Network>[]
  /** asks: rules and maps that the first packet of a connection to the last Service is compared with; further packets: none */
  rules: (Candidate<Rules> & { asks: number })[]
  /** empty when none is wanted; proxies: programs in user space that one request from Pod to Pod on another node passes */
  meshes: { name: Mesh; proxies: number }[]
  link: 'veth' | 'netkit-possible'
}

// cilium PRs 42081 and 42601: 5.10 since 1.18. KEP-3866: kube-proxy's nftables mode, 5.13. Cilium's tuning guide: netkit, 6.8.
const wanted = { cilium: '5.10', nftables: '5.13', netkit: '6.8' }

const number = (version: string) => version.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0)
const has = (kernel: Kernel, version: string) => number(kernel) >= number(version)

function network(name: Network, { kernel, place, policy, mesh }: Needs): Candidate<Network> {
  // Dataplane V2, which is built on Cilium, is what Autopilot has
  if (place === 'gke') return { name, ...(name !== 'cilium' && { obstacle: 'chosen-by-cloud' as const }) }
  if (name === 'cilium' && !has(kernel, wanted.cilium)) return { name, obstacle: 'kernel', wants: wanted.cilium }
  // flannel PR 2503: flanneld enforces none
  if (name === 'flannel' && policy !== 'none') return { name, obstacle: 'no-policy' }
  // methods and paths: by Cilium's proxy, or by that of a mesh
  if (name !== 'cilium' && policy === 'requests' && mesh !== 'requests') return { name, obstacle: 'no-requests' }
  // docs.aws.amazon.com, alternate CNI plugins: the VPC CNI alone on EC2
  return { name, ...(place === 'eks' && { obstacle: 'unsupported' as const }) }
}

/** read: the rules that iptables reads for a packet to the last Service */
export function choose(needs: Needs, read: number): Choice {
  const { kernel, place, mesh } = needs
  const networks = (['flannel', 'calico', 'cilium'] as const).map((name) => network(name, needs))
  const cilium = !networks.find(({ name }) => name === 'cilium')?.obstacle
  const kubeProxy = place === 'gke' ? ({ obstacle: 'chosen-by-cloud' } as const) : {}
  const oldKernel = has(kernel, wanted.nftables) ? {} : ({ obstacle: 'kernel', wants: wanted.nftables } as const)
  return {
    networks,
    rules: [
      { name: 'iptables', asks: read, ...kubeProxy },
      { name: 'nftables', asks: 1, ...oldKernel, ...kubeProxy },
      { name: 'socket', asks: 0, ...(cilium ? {} : ({ obstacle: 'needs-cilium' } as const)) },
    ],
    // a ztunnel on each node, and a waypoint between them for whoever looks at requests
    meshes:
      mesh === 'none'
        ? []
        : [
            { name: 'linkerd', proxies: 2 },
            { name: 'sidecars', proxies: 2 },
            { name: 'ambient', proxies: mesh === 'requests' ? 3 : 2 },
          ],
    link: cilium && place === 'own' && has(kernel, wanted.netkit) ? 'netkit-possible' : 'veth',
  }
}
