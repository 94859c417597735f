// As Calico without a tunnel: a pod's gateway is an address that no machine has, the node answers for it, and BIRD tells the other nodes by BGP.
import { createHash } from 'node:crypto'
import { lines } from '../batch.ts'
import type { OwnChain } from '../iptables-rules.ts'
import type { CniShape, OwnPlugin } from '../shape.ts'
import { clusterNodes, type NodeAddress, podNetwork } from '../topology.ts'

const gateway = '169.254.1.1'
const asNumber = 64512

const config = ({ name }: NodeAddress): string => `{
  "name": "k8s-pod-network",
  "cniVersion": "0.3.1",
  "plugins": [
    {
      "type": "calico",
      "log_level": "info",
      "datastore_type": "kubernetes",
      "nodename": "${name}",
      "mtu": 1500,
      "ipam": { "type": "host-local", "subnet": "usePodCidr" },
      "policy": { "type": "k8s" }
    },
    {
      "type": "portmap",
      "snat": true,
      "capabilities": { "portMappings": true }
    }
  ]
}
`

/** The mesh is unidirectional, as Calico has it: the node with the higher address connects. */
const peer = (self: NodeAddress, other: NodeAddress): string => `
# For peer /bgp/v1/host/${other.name}/ip_addr_v4
protocol bgp Mesh_${other.address.replaceAll('.', '_')} from bgp_template {
  neighbor ${other.address} as ${asNumber};
  source address ${self.address};${clusterNodes.indexOf(other) > clusterNodes.indexOf(self) ? '\n  passive on;' : ''}
}
`

/** Calico's bird.cfg in the words of BIRD 2. BIRD waits for a second before it connects, whatever one asks of it. */
export const birdConfig = (self: NodeAddress): string => `# Written by calico-node.
log syslog { error, fatal };
router id ${self.address};

# the pods of this node: told to the others as one route, and a dead end for addresses that no pod has
protocol static blocks {
  ipv4;
  route ${self.podCidr} blackhole;
}

filter calico_export_to_bgp_peers {
  if net = ${self.podCidr} then accept;
  reject;
}
filter calico_kernel_programming {
  if source = RTS_BGP then accept;
  if source = RTS_STATIC then accept;
  reject;
}

protocol device {
  scan time 2;
}
protocol direct {
  ipv4;
  interface -"cali*", "*";
}
protocol kernel {
  learn;             # Learn all alien routes from the kernel
  persist;           # Don't remove routes on bird shutdown
  scan time 2;
  merge paths on;
  metric 0;
  graceful restart;
  ipv4 {
    import all;
    export filter calico_kernel_programming;
  };
}

template bgp bgp_template {
  description "Connection to BGP peer";
  local as ${asNumber};
  connect delay time 1;
  connect retry time 2;
  error wait time 2, 10;
  graceful restart;
  ipv4 {
    import all;
    export filter calico_export_to_bgp_peers;
    gateway recursive;
    add paths on;
  };
}
${clusterNodes
  .filter(({ name }) => name !== self.name)
  .map((other) => peer(self, other))
  .join('')}`

const masquerade: OwnChain = {
  table: 'nat',
  chain: 'cali-nat-outgoing',
  rules: [
    `-A cali-nat-outgoing -s ${podNetwork} ! -d ${podNetwork} -m comment --comment "cali:flqWnvo8yq4ULQLa" -j MASQUERADE --random-fully`,
  ],
  jump: '-A POSTROUTING -m comment --comment "cali:O3lYWMrLQYEMJtB5" -j cali-nat-outgoing',
}

/** cali and eleven hexadecimal digits, for ever the same for a pod of that name. */
export const caliName = (namespace: string, name: string): string =>
  `cali${createHash('sha1').update(`${namespace}.${name}`).digest('hex').slice(0, 11)}`

const plugin: OwnPlugin = {
  insteadOf: 'calico',
  linkName: ({ namespace, name }) => caliName(namespace, name),
  namedAfterPod: true,
  leases: '/var/lib/cni/networks/k8s-pod-network',
  nodeEnd: (_, pods) =>
    lines(
      ...pods.flatMap(({ name, address, pid }) => [
        `link add ${name} txqueuelen 0 address ee:ee:ee:ee:ee:ee up type veth peer name eth0 txqueuelen 0 netns ${pid}`,
        `route replace ${address}/32 dev ${name} scope link`,
      ]),
    ),
  /** It answers for every address that the node has a route to, at once, and takes packets from the pod's address alone. */
  sysctls: (link) => ({
    [`net.ipv4.conf.${link}.proxy_arp`]: '1',
    [`net.ipv4.neigh.${link}.proxy_delay`]: '0',
    [`net.ipv4.conf.${link}.rp_filter`]: '1',
  }),
  podEnd: (_, address) =>
    lines(
      'link set lo up',
      `addr add ${address}/32 dev eth0`,
      'link set eth0 up',
      `route add ${gateway} dev eth0 scope link`,
      `route add default via ${gateway} dev eth0`,
    ),
}

export const calico: CniShape = {
  name: 'calico',
  agent: 'calico',
  process: ['calico-node', '-felix'],
  hasPolicies: true,
  needs: [{ file: '/usr/sbin/bird', package: 'bird2' }],
  config: { path: '/etc/cni/net.d/10-calico.conflist', isAgents: true, text: config },
  files: (self) => [{ path: '/etc/bird/bird.conf', text: birdConfig(self) }],
  sysctls: {},
  annotations: ({ address }) => ({ 'projectcalico.org/IPv4Address': `${address}/16` }),
  routes: () => '',
  hasBird: true,
  rules: () => [masquerade],
  plugin,
}
