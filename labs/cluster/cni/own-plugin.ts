// Our plugin at work on one node: addresses, links and lease files as the shape says. Attachments of one moment share one `ip` process on the node.
import type { SandboxInit } from '../../system/sandbox-init.ts'
import { createAddressPool } from './address-pool.ts'
import { createNamespaceCommands } from './namespace-commands.ts'
import type { PodSandbox } from './plugin-chain.ts'
import type { OwnPlugin, PodLink } from './shape.ts'
import type { NodeAddress } from './topology.ts'

export interface OwnPluginAtWork {
  /** The address is known at once, the link works when `done` resolves. */
  connect(sandbox: PodSandbox, pid: number): { address: string; done: Promise<void> }
  /** Taken by another plugin. */
  reserve(address: string): void
  /** Before the pod's namespace ends: takes away a link whose name another pod may want at once. */
  disconnect(sandbox: PodSandbox): Promise<void>
  /** The link is gone. */
  release(address: string): Promise<void>
}

export function createOwnPlugin(node: NodeAddress, plugin: OwnPlugin, init: SandboxInit): OwnPluginAtWork {
  const { ip } = createNamespaceCommands(init)
  const pool = createAddressPool(node.podCidr)
  let waiting: PodLink[] = []
  let nextBatch: Promise<void> | undefined
  let unused: string[] = []
  let nextSweep: Promise<void> | undefined

  const plug = (link: PodLink): Promise<void> => {
    waiting.push(link)
    nextBatch ??= Promise.resolve().then(() => {
      const batch = waiting
      waiting = []
      nextBatch = undefined
      return ip(node.name, plugin.nodeEnd(node, batch))
    })
    return nextBatch
  }
  const leaseFile = (address: string) => `${plugin.leases}/${address}`

  return {
    connect(sandbox, pid) {
      const address = pool.take()
      // never the same name twice: the kernel takes its time to remove the link of a pod that was killed
      const name = plugin.linkName(sandbox)
      const link = plug({ name, address, pid }).then(() => plugin.sysctls && init.writeSysctls(node.name, plugin.sysctls(name)))
      const lease = [
        init.writeFile(node.name, leaseFile(address), `${sandbox.id}\r\neth0`),
        init.writeFile(node.name, leaseFile('last_reserved_ip.0'), address),
      ]
      return {
        address,
        done: Promise.all([link.then(() => ip(`pod-${sandbox.uid}`, plugin.podEnd(node, address))), ...lease]).then(() => {}),
      }
    },
    async disconnect(sandbox) {
      if (plugin.namedAfterPod)
        await init.run({ namespace: node.name, view: 'platform', argv: ['ip', 'link', 'del', plugin.linkName(sandbox)] })
    },
    reserve: pool.reserve,
    release(address) {
      pool.give(address)
      unused.push(leaseFile(address))
      nextSweep ??= Promise.resolve().then(async () => {
        const files = unused
        unused = []
        nextSweep = undefined
        await init.run({ namespace: node.name, view: 'inside', argv: ['rm', '-f', '--', ...files] })
      })
      return nextSweep
    },
  }
}
