// Builds the lan of an embedded cluster: the switch, and the links, files and settings of nodes and hosts. Called by the control plane's main.
import { existsSync } from 'node:fs'
import type { SandboxInit } from '../../system/sandbox-init.ts'
import { type HostFile, hostFiles, nodeFiles } from './host-files.ts'
import { hostBatch, type LanMember, nodeBatch, plugBatch, switchBatch } from './links.ts'
import { createNamespaceCommands } from './namespace-commands.ts'
import { nodeSysctls } from './sysctls.ts'
import { clusterNodes, type LanHost, type NodeAddress } from './topology.ts'

const hasIpv6 = existsSync('/proc/sys/net/ipv6')
/** For links that come later, the pods': kind's have no IPv6 address on the node's end. */
const noLinkLocal = { 'net.ipv6.conf.default.disable_ipv6': '1' }

export interface LanBuilder {
  /** The bridge; the resolver can listen on its address afterwards. */
  raiseSwitch(): Promise<void>
  /** Plugs nodes and hosts in, all with one command, and configures them side by side. Their namespaces exist already. */
  connect(members: { nodes: readonly NodeAddress[]; hosts: readonly LanHost[]; pidOf(name: string): number }): Promise<void>
}

export function createLanBuilder(init: SandboxInit): LanBuilder {
  const { ip } = createNamespaceCommands(init)
  const write = (namespace: string, files: HostFile[]) => files.map(({ path, text }) => init.writeFile(namespace, path, text))

  return {
    raiseSwitch: () => ip(undefined, switchBatch()),
    async connect({ nodes, hosts, pidOf }) {
      const members: LanMember[] = [...nodes, ...hosts].map(({ name, address }) => ({ name, address, pid: pidOf(name) }))
      const files = [
        ...nodes.flatMap((node) => write(node.name, nodeFiles(node))),
        ...hosts.flatMap((host) => write(host.name, hostFiles(host))),
      ]
      await ip(undefined, plugBatch(members))
      await Promise.all([
        ...files,
        ...nodes.map(async (node) => {
          await ip(node.name, nodeBatch(node, clusterNodes))
          await init.writeSysctls(node.name, hasIpv6 ? { ...nodeSysctls, ...noLinkLocal } : nodeSysctls)
        }),
        ...hosts.map((host) => ip(host.name, hostBatch(host))),
      ])
    },
  }
}
