// What the two flannel shapes share: a bridge on every node, made by the bridge plugin, and flanneld's files, annotations and rules.
import { lines } from '../batch.ts'
import type { HostFile } from '../host-files.ts'
import type { OwnChain } from '../iptables-rules.ts'
import { type NodeAddress, podNetwork } from '../topology.ts'

export const flanneld = ['/opt/bin/flanneld', '--ip-masq', '--kube-subnet-mgr', '--iface=eth0']

export const pluginPackage = { file: '/usr/lib/cni/bridge', package: 'containernetworking-plugins' }

export const flannelConfig = {
  path: '/etc/cni/net.d/10-flannel.conflist',
  isAgents: false,
  text: (): string => `{
  "name": "cbr0",
  "cniVersion": "0.3.1",
  "plugins": [
    {
      "type": "flannel",
      "delegate": {
        "hairpinMode": true,
        "isDefaultGateway": true
      }
    },
    {
      "type": "portmap",
      "capabilities": {
        "portMappings": true
      }
    }
  ]
}
`,
}

/** How it carries packets to other nodes, and what that leaves of 1500 bytes. */
export interface Backend {
  type: 'host-gw' | 'vxlan'
  mtu: number
}

export const netConfPath = '/etc/kube-flannel/net-conf.json'
export const subnetEnvPath = '/run/flannel/subnet.env'

export const flannelFiles = (self: NodeAddress, { type, mtu }: Backend): HostFile[] => [
  {
    path: netConfPath,
    text: `{
  "Network": "${podNetwork}",
  "EnableNFTables": false,
  "Backend": {
    "Type": "${type}"
  }
}
`,
  },
  {
    path: subnetEnvPath,
    text: lines(`FLANNEL_NETWORK=${podNetwork}`, `FLANNEL_SUBNET=${self.podGateway}/24`, `FLANNEL_MTU=${mtu}`, 'FLANNEL_IPMASQ=true'),
  },
]

/** The lease of a node, as flanneld's kube subnet manager writes it down. */
export const flannelAnnotations = (self: NodeAddress, { type }: Backend, data: string): Record<string, string> => ({
  'flannel.alpha.coreos.com/backend-data': data,
  'flannel.alpha.coreos.com/backend-type': type,
  'flannel.alpha.coreos.com/kube-subnet-manager': 'true',
  'flannel.alpha.coreos.com/public-ip': self.address,
})

const ours = (comment: string) => `-m comment --comment "flanneld ${comment}"`

export const flannelRules = ({ podCidr }: NodeAddress): OwnChain[] => [
  {
    table: 'nat',
    chain: 'FLANNEL-POSTRTG',
    rules: [
      // kube-proxy masquerades those itself
      `-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 ${ours('masq')} -j RETURN`,
      `-A FLANNEL-POSTRTG -s ${podCidr} -d ${podNetwork} ${ours('masq')} -j RETURN`,
      `-A FLANNEL-POSTRTG -s ${podNetwork} -d ${podCidr} ${ours('masq')} -j RETURN`,
      `-A FLANNEL-POSTRTG ! -s ${podNetwork} -d ${podCidr} ${ours('masq')} -j RETURN`,
      `-A FLANNEL-POSTRTG -s ${podNetwork} ! -d 224.0.0.0/4 ${ours('masq')} -j MASQUERADE --random-fully`,
      `-A FLANNEL-POSTRTG ! -s ${podNetwork} -d ${podNetwork} ${ours('masq')} -j MASQUERADE --random-fully`,
    ],
    jump: `-A POSTROUTING ${ours('masq')} -j FLANNEL-POSTRTG`,
  },
  {
    table: 'filter',
    chain: 'FLANNEL-FWD',
    rules: [`-A FLANNEL-FWD -s ${podNetwork} ${ours('forward')} -j ACCEPT`, `-A FLANNEL-FWD -d ${podNetwork} ${ours('forward')} -j ACCEPT`],
    jump: `-A FORWARD ${ours('forward')} -j FLANNEL-FWD`,
  },
]

/** Frames from one pod to another on the same bridge meet iptables too, or a Service's answer would not be translated back. */
export const bridgeSysctls = { 'net.bridge.bridge-nf-call-iptables': '1', 'net.bridge.bridge-nf-call-ip6tables': '1' }
