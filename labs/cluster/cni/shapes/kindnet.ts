// kind's own: a veth pair and a host route for each pod, and a route through each other node. No bridge, no tunnel.
import { lines } from '../batch.ts'
import type { OwnChain } from '../iptables-rules.ts'
import { linkName } from '../links.ts'
import type { CniShape, OwnPlugin } from '../shape.ts'
import { type NodeAddress, podNetwork } from '../topology.ts'

/** kindnet's template leaves them for the IPv6 that is not there. */
const blankLines = '\t\t\t\t\n'.repeat(2)

/** As kind shows it. */
const config = (node: NodeAddress): string => `
{
	"cniVersion": "0.3.1",
	"name": "kindnet",
	"plugins": [
	{
		"type": "ptp",
		"ipMasq": false,
		"ipam": {
			"type": "host-local",
			"dataDir": "/run/cni-ipam-state",
			"routes": [
${blankLines}				{ "dst": "0.0.0.0/0" }
			],
			"ranges": [
${blankLines}				[ { "subnet": "${node.podCidr}" } ]
			]
		}
		,
		"mtu": 1500
		
	},
	{
		"type": "portmap",
		"capabilities": {
			"portMappings": true
		}
	}
	]
}
`

/** The rules of kind's masquerade agent: what pods send outside the pod network leaves with the node's address. */
const masquerade: OwnChain = {
  table: 'nat',
  chain: 'KIND-MASQ-AGENT',
  rules: [
    `-A KIND-MASQ-AGENT -d ${podNetwork} -m comment --comment "kind-masq-agent: local traffic is not subject to MASQUERADE" -j RETURN`,
    '-A KIND-MASQ-AGENT -m comment --comment "kind-masq-agent: outbound traffic is subject to MASQUERADE (must be last in chain)" -j MASQUERADE',
  ],
  jump: '-A POSTROUTING -m addrtype ! --dst-type LOCAL -m comment --comment "kind-masq-agent: ensure nat POSTROUTING directs all non-LOCAL destination traffic to our custom KIND-MASQ-AGENT chain" -j KIND-MASQ-AGENT',
}

const plugin: OwnPlugin = {
  linkName: ({ id }) => linkName(id),
  leases: '/run/cni-ipam-state/kindnet',
  /** As the ptp plugin makes them: one /32 gateway address per link and a host route to the pod. */
  nodeEnd: (self, pods) =>
    lines(
      ...pods.flatMap(({ name, address, pid }) => [
        `link add ${name} txqueuelen 0 up type veth peer name eth0 txqueuelen 0 netns ${pid}`,
        `addr add ${self.podGateway}/32 dev ${name}`,
        `route replace ${address}/32 dev ${name} scope host`,
      ]),
    ),
  /** The ptp plugin replaces the kernel's on-link route, so that even neighbours on one node are reached through the node. */
  podEnd: (self, address) =>
    lines(
      'link set lo up',
      `addr add ${address}/24 brd + dev eth0`,
      'link set eth0 up',
      `route del ${self.podCidr} dev eth0`,
      `route add ${self.podGateway} dev eth0 scope link src ${address}`,
      `route add ${self.podCidr} via ${self.podGateway} dev eth0 src ${address}`,
      `route add default via ${self.podGateway} dev eth0`,
    ),
}

export const kindnet: CniShape = {
  name: 'kindnet',
  agent: 'kindnet',
  hasPolicies: true,
  needs: [],
  config: { path: '/etc/cni/net.d/10-kindnet.conflist', isAgents: true, text: config },
  files: () => [],
  sysctls: {},
  annotations: () => ({}),
  routes: (self, nodes) =>
    lines(...nodes.filter(({ name }) => name !== self.name).map((other) => `route replace ${other.podCidr} via ${other.address} dev eth0`)),
  rules: () => [masquerade],
  plugin,
}
