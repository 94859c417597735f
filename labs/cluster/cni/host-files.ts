// The files of /etc that name resolution and the network need, for nodes, outside hosts and pods. Pure; network.ts and the kubelet write them.
import { clusterDnsAddress, clusterDomain, type LanHost, lan, type NodeAddress } from './topology.ts'

export interface HostFile {
  path: string
  text: string
}

const loopbackNames = ['127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback']

const lanHosts = (host: { name: string; address: string }): HostFile => ({
  path: '/etc/hosts',
  text: [
    ...loopbackNames,
    'fe00::0\tip6-localnet',
    'ff00::0\tip6-mcastprefix',
    'ff02::1\tip6-allnodes',
    'ff02::2\tip6-allrouters',
    `${host.address}\t${host.name}`,
    '',
  ].join('\n'),
})
const lanResolver: HostFile = { path: '/etc/resolv.conf', text: `nameserver ${lan.gateway}\noptions ndots:0\n` }

export const nodeFiles = (node: NodeAddress): HostFile[] => [
  lanHosts(node),
  lanResolver,
  {
    path: '/etc/sysctl.d/10-network-magic.conf',
    text: '# the resolver of the nodes answers on an address that pods reach through the node\nnet.ipv4.conf.all.route_localnet = 1\nnet.ipv4.conf.all.arp_ignore = 0\n',
  },
]

export const hostFiles = (host: LanHost): HostFile[] => [lanHosts(host), lanResolver]

/** What the kubelet needs to know of a pod's DNS settings. */
export interface PodNames {
  namespace: string
  hostname: string
  subdomain?: string
  address: string
  hostAliases?: readonly { ip: string; hostnames?: readonly string[] }[]
  dnsPolicy?: string
  dnsConfig?: { nameservers?: readonly string[]; searches?: readonly string[]; options?: readonly { name: string; value?: string }[] }
}

function resolver(pod: PodNames): string {
  const cluster = (pod.dnsPolicy ?? 'ClusterFirst').startsWith('ClusterFirst')
  const servers = pod.dnsPolicy === 'None' ? [] : [cluster ? clusterDnsAddress : lan.gateway]
  const searches = cluster ? [`${pod.namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain] : []
  const options = new Map<string, string | undefined>(pod.dnsPolicy === 'None' ? [] : [['ndots', cluster ? '5' : '0']])
  for (const option of pod.dnsConfig?.options ?? []) options.set(option.name, option.value)
  const search = [...new Set([...searches, ...(pod.dnsConfig?.searches ?? [])])]
  const optionText = [...options].map(([name, value]) => (value ? `${name}:${value}` : name))
  return [
    ...(search.length ? [`search ${search.join(' ')}`] : []),
    ...[...new Set([...servers, ...(pod.dnsConfig?.nameservers ?? [])])].slice(0, 3).map((server) => `nameserver ${server}`),
    ...(optionText.length ? [`options ${optionText.join(' ')}`] : []),
    '',
  ].join('\n')
}

/** /etc/hosts and /etc/resolv.conf as the kubelet writes them. */
export function podFiles(pod: PodNames): HostFile[] {
  const aliases = pod.hostAliases?.length
    ? ['', '# Entries added by HostAliases.', ...pod.hostAliases.map(({ ip, hostnames }) => [ip, ...(hostnames ?? [])].join('\t'))]
    : []
  const hosts = [
    '# Kubernetes-managed hosts file.',
    ...loopbackNames,
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    [pod.address, ...(pod.subdomain ? [`${pod.hostname}.${pod.subdomain}.${pod.namespace}.svc.${clusterDomain}`] : []), pod.hostname].join(
      '\t',
    ),
    ...aliases,
    '',
  ]
  return [
    { path: '/etc/hosts', text: hosts.join('\n') },
    { path: '/etc/resolv.conf', text: resolver(pod) },
  ]
}
