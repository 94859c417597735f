// A CNI shape: all that is particular to one way of wiring pods. Each of shapes/ is one; the rest of this folder knows none by name.
import type { CniName, Hold } from '../../spec/scenario.ts'
import type { HostFile } from './host-files.ts'
import type { OwnChain } from './iptables-rules.ts'
import type { PodSandbox } from './plugin-chain.ts'
import type { NodeAddress } from './topology.ts'
import type { LinkCommands } from './vxlan.ts'

/** A pod's link, with the node's end named. `pid`: any process in the pod's network namespace. */
export interface PodLink {
  name: string
  address: string
  pid: number
}

/** What the plugins would do to a pod, as two `ip -batch` texts: the same links, addresses and routes in a fraction of the time. */
export interface OwnPlugin {
  /** of the node's end; for each sandbox another one, unless its name is the pod's */
  linkName(sandbox: PodSandbox): string
  /** The link of a pod of the same name bears the same name, so the old one must go before. */
  namedAfterPod?: true
  /** a plugin that no package brings, whose only maker we are: ours whatever else the configuration says of it */
  insteadOf?: string
  /** of the node's end */
  sysctls?(link: string): Record<string, string>
  /** the folder of host-local's lease files */
  leases: string
  nodeEnd(self: NodeAddress, pods: readonly PodLink[]): string
  podEnd(self: NodeAddress, address: string): string
}

export interface CniShape {
  name: CniName
  /** by which scenarios hold it */
  agent: Exclude<Hold['agent'], 'kube-proxy'>
  /** the command line of its agent's process on the node; absent: there is none to be seen */
  process?: readonly string[]
  /** whether its agent enforces NetworkPolicies */
  hasPolicies: boolean
  /** what this machine must have for it: a file, and the Debian package with it */
  needs: readonly { file: string; package: string }[]
  /** the file in /etc/cni/net.d; where it is the agent's own, the agent writes it each time that it starts */
  config: { path: string; isAgents: boolean; text(self: NodeAddress): string }
  /** what its agent has written by the time that pods start */
  files(self: NodeAddress): HostFile[]
  sysctls: Readonly<Record<string, string>>
  annotations(self: NodeAddress): Record<string, string>
  /** What its agent keeps true of a node's routes, as `ip -batch`; repeating it changes nothing. */
  routes(self: NodeAddress, nodes: readonly NodeAddress[]): string
  /** A vxlan tunnel as it is when the nodes start; its agent looks after it from then on. */
  tunnel?(self: NodeAddress, nodes: readonly NodeAddress[]): LinkCommands
  /** BIRD runs on every node */
  hasBird?: true
  rules(self: NodeAddress): readonly OwnChain[]
  /** absent: the plugins that the configuration names make every link */
  plugin?: OwnPlugin
}
