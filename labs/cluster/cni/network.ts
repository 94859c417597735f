// Builds the lan of an embedded cluster: namespaces of nodes and hosts, the switch, links, files and settings. Called by the embedded runtime while
// the control plane is still starting up.
import { existsSync } from 'node:fs'
import { LabError } from '../../spec/errors.ts'
import type { SandboxInit } from '../../system/sandbox-init.ts'
import { type HostFile, hostFiles, nodeFiles } from './host-files.ts'
import { hostBatch, nodeBatch, plugBatch, switchBatch } from './links.ts'
import { createNamespaceCommands } from './namespace-commands.ts'
import type { CniShape } from './shape.ts'
import { nodeSysctls } from './sysctls.ts'
import { clusterNodes, type LanHost } from './topology.ts'

const hasIpv6 = existsSync('/proc/sys/net/ipv6')
/** For links that come later, the pods': kind's have no IPv6 address on the node's end. */
const noLinkLocal = { 'net.ipv6.conf.default.disable_ipv6': '1' }

/** Nodes and hosts, with the pid that stands for each; those that exist already are answered at once. */
export async function createMembers(init: SandboxInit, hosts: readonly LanHost[]): Promise<Map<string, number>> {
  const members = [
    ...clusterNodes.map(({ name }) => ({ name, kind: 'node' as const })),
    ...hosts.map(({ name }) => ({ name, kind: 'host' as const })),
  ]
  const made = members.map(async ({ name, kind }) => [name, (await init.createNamespace({ name, kind, hostname: name })).pid] as const)
  return new Map(await Promise.all(made))
}

/** Hosts that come to a lan which stands already. Throws what the kernel refused. */
export async function plugHosts(init: SandboxInit, hosts: readonly LanHost[]): Promise<void> {
  const { ip } = createNamespaceCommands(init)
  const pids = await createMembers(init, hosts)
  await Promise.all([
    ...hosts.flatMap((host) => hostFiles(host).map(({ path, text }) => init.writeFile(host.name, path, text))),
    ip(undefined, plugBatch(hosts.map(({ name, address }) => ({ name, address, pid: pids.get(name) as number })))).then(() =>
      Promise.all(hosts.map((host) => ip(host.name, hostBatch(host)))),
    ),
  ])
}

/**
 * A kernel shows bridged frames to iptables only with br_netfilter in it. A rule that matches bridge ports makes the kernel load that, which takes no
 * privilege on the machine.
 */
async function loadBridgeNetfilter(init: SandboxInit, node: string): Promise<void> {
  const { run } = createNamespaceCommands(init)
  const rule = ['INPUT', '-m', 'physdev', '--physdev-is-bridged']
  await run(node, ['iptables', '-A', ...rule])
  await run(node, ['iptables', '-D', ...rule])
}

export async function writeSettings(init: SandboxInit, node: string, settings: Record<string, string>): Promise<void> {
  const ofBridges = Object.fromEntries(Object.entries(settings).filter(([key]) => key.startsWith('net.bridge.')))
  const others = Object.fromEntries(Object.entries(settings).filter(([key]) => !(key in ofBridges)))
  await init.writeSysctls(node, others)
  if (Object.keys(ofBridges).length === 0) return
  try {
    await init.writeSysctls(node, ofBridges)
  } catch {
    // not loaded yet
    await loadBridgeNetfilter(init, node).catch(() => undefined)
    await init.writeSysctls(node, ofBridges).catch((cause) => {
      throw new LabError('runtime-unavailable', "This machine's kernel has not loaded br_netfilter, which Pods on a bridge need.", {
        hint: 'sudo modprobe br_netfilter',
        cause,
      })
    })
  }
}

/** Everything between the machines of the lab. Throws what the kernel refused. */
export async function buildLan(init: SandboxInit, hosts: readonly LanHost[], shape: CniShape): Promise<void> {
  const { ip, run } = createNamespaceCommands(init)
  const write = (namespace: string, files: HostFile[]) => files.map(({ path, text }) => init.writeFile(namespace, path, text))
  const [pids] = await Promise.all([createMembers(init, hosts), ip(undefined, switchBatch())])
  const sysctls = { ...nodeSysctls, ...shape.sysctls, ...(hasIpv6 ? noLinkLocal : {}) }
  const members = [...clusterNodes, ...hosts].map(({ name, address }) => ({ name, address, pid: pids.get(name) as number }))
  const files = Promise.all([
    ...clusterNodes.flatMap((node) =>
      write(node.name, [...nodeFiles(node), { path: shape.config.path, text: shape.config.text(node) }, ...shape.files(node)]),
    ),
    ...hosts.flatMap((host) => write(host.name, hostFiles(host))),
  ])
  const links = ip(undefined, plugBatch(members)).then(() =>
    Promise.all([
      ...clusterNodes.map(async (node) => {
        const tunnel = shape.tunnel?.(node, clusterNodes)
        await ip(node.name, nodeBatch(node) + shape.routes(node, clusterNodes) + (tunnel?.ip ?? ''))
        if (tunnel) await run(node.name, ['bridge', '-batch', '-'], tunnel.bridge)
        await writeSettings(init, node.name, sysctls)
      }),
      ...hosts.map((host) => ip(host.name, hostBatch(host))),
    ]),
  )
  await Promise.all([files, links])
}
