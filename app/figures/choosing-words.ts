// The words of the figure choosing, in both languages.
import type { Locale } from '../../labs/spec/scenario.ts'
import type { Candidate, Mesh, MeshNeed, Network, Place, Policy, Rules } from './choosing.ts'

const en = {
  kernel: 'Kernel of the nodes',
  place: 'The nodes are',
  places: { own: 'your machines', gke: 'GKE Autopilot', eks: 'EKS on EC2' } as Record<Place, string>,
  policy: 'Rules of who may call whom',
  policies: { none: 'none', addresses: 'NetworkPolicy', requests: 'HTTP methods and paths too' } as Record<Policy, string>,
  services: 'Services',
  mesh: 'A mesh for',
  meshNeeds: { none: 'nothing', identity: 'encryption and identity', requests: 'requests as well' } as Record<MeshNeed, string>,
  networks: 'Network of the Pods',
  rules: 'Who carries out Services',
  meshes: 'Mesh',
  columns: ['Candidate', 'Fits', 'Where its evidence is'],
  ruleColumns: ['Candidate', 'Fits', 'A first packet asks', 'Where its evidence is'],
  meshColumns: ['Candidate', 'Proxies on the way', 'Where its evidence is'],
  names: {
    flannel: 'Flannel',
    calico: 'Calico',
    cilium: 'Cilium',
    iptables: 'kube-proxy, iptables',
    nftables: 'kube-proxy, nftables',
    socket: "Cilium's programs",
    linkerd: 'Linkerd',
    sidecars: 'Istio with sidecars',
    ambient: 'Istio ambient',
  } as Record<Network | Rules | Mesh, string>,
  evidence: {
    flannel: 'ip route, bridge fdb',
    calico: 'ip route, birdc show route, iptables-save or nft',
    cilium: 'hubble observe, cilium-dbg',
    iptables: 'iptables-save -c, conntrack -L',
    nftables: 'nft list map ip kube-proxy service-ips, conntrack -L',
    socket: 'bpftool map dump; conntrack has no line',
    linkerd: 'logs and metrics of the proxy in each Pod',
    sidecars: 'logs and metrics of the Envoy in each Pod',
    ambient: 'logs of ztunnel on both nodes, and of the waypoint',
  } as Record<Network | Rules | Mesh, string>,
  fits: ({ obstacle, wants }: Candidate<string>): string => {
    switch (obstacle) {
      case undefined:
        return 'yes'
      case 'kernel':
        return `no: it wants Linux ${wants}`
      case 'no-policy':
        return 'no: flanneld enforces no policy'
      case 'no-requests':
        return 'no: it sees addresses and ports, unless a mesh reads requests'
      case 'chosen-by-cloud':
        return 'no: Dataplane V2 is there, and it is built on Cilium'
      case 'unsupported':
        return 'at your own risk: the cloud supports its VPC CNI alone'
      default:
        return 'no: it comes with Cilium'
    }
  },
  link: {
    veth: 'The wire of a Pod is a veth pair.',
    'netkit-possible': 'The wire of a Pod is a veth pair; with Cilium it may be netkit on this kernel, and is not by default.',
  },
  caption:
    'Facts as of 22 November 2026; the rules are counted in those that the lab would write. A distribution may bring a feature to an older kernel.',
}
export type ChoosingWords = typeof en

const zh: ChoosingWords = {
  kernel: '节点的内核',
  place: '节点是',
  places: { own: '自己的机器', gke: 'GKE Autopilot', eks: 'EC2 上的 EKS' },
  policy: '谁能调用谁，要管到',
  policies: { none: '不管', addresses: 'NetworkPolicy', requests: '连 HTTP 方法和路径' },
  services: 'Service 数量',
  mesh: '网格用来做',
  meshNeeds: { none: '不要网格', identity: '加密和身份', requests: '还要管到请求' },
  networks: 'Pod 的网络',
  rules: 'Service 由谁落实',
  meshes: '服务网格',
  columns: ['候选', '合适吗', '证据在哪里'],
  ruleColumns: ['候选', '合适吗', '首包要查', '证据在哪里'],
  meshColumns: ['候选', '途经的代理', '证据在哪里'],
  names: {
    flannel: 'Flannel',
    calico: 'Calico',
    cilium: 'Cilium',
    iptables: 'kube-proxy，iptables 模式',
    nftables: 'kube-proxy，nftables 模式',
    socket: 'Cilium 的程序',
    linkerd: 'Linkerd',
    sidecars: 'Istio，边车模式',
    ambient: 'Istio，ambient 模式',
  },
  evidence: {
    flannel: 'ip route、bridge fdb',
    calico: 'ip route、birdc show route、iptables-save 或 nft',
    cilium: 'hubble observe、cilium-dbg',
    iptables: 'iptables-save -c、conntrack -L',
    nftables: 'nft list map ip kube-proxy service-ips、conntrack -L',
    socket: 'bpftool map dump；conntrack 里没有这一行',
    linkerd: '每个 Pod 里代理的日志和指标',
    sidecars: '每个 Pod 里 Envoy 的日志和指标',
    ambient: '两个节点上 ztunnel 的日志，以及 waypoint 的日志',
  },
  fits: ({ obstacle, wants }) => {
    switch (obstacle) {
      case undefined:
        return '合适'
      case 'kernel':
        return `不行：它要 Linux ${wants}`
      case 'no-policy':
        return '不行：flanneld 不执行任何策略'
      case 'no-requests':
        return '不行：它只看地址和端口，除非有网格来读请求'
      case 'chosen-by-cloud':
        return '不行：那里已经是 Dataplane V2，它建立在 Cilium 之上'
      case 'unsupported':
        return '后果自负：云厂商只支持自家的 VPC CNI'
      default:
        return '不行：它随 Cilium 而来'
    }
  },
  link: {
    veth: 'Pod 的网线是一对 veth。',
    'netkit-possible': 'Pod 的网线是一对 veth；这个内核上，Cilium 可以换成 netkit，但默认不换。',
  },
  caption: '事实截至 2026 年 11 月 22 日；规则数是在实验会写出的规则里数出来的。发行版可能把新功能移植到旧内核上。',
}

export const choosingWords: Record<Locale, ChoosingWords> = { en, 'zh-CN': zh }
