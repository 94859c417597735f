// Our plugin at work on one node: addresses, links and lease files as the shape says. Attachments of one moment share one `ip` process on the node.
import type { SandboxInit } from '../../system/sandbox-init.ts'
import { createAddressPool } from './address-pool.ts'
import { createNamespaceCommands } from './namespace-commands.ts'
import type { PodSandbox } from './plugin-chain.ts'
import type { OwnPlugin, PodLink } from './shape.ts'
import type { NodeAddress } from './topology.ts'

export interface OwnPluginAtWork {
  /** The link works when `done` resolves. */
  connect(sandbox: PodSandbox, pid: number): { address: Promise<string>; done: Promise<void> }
  /** Before the pod's namespace ends: takes away a link whose name another pod may want at once. */
  disconnect(sandbox: PodSandbox): Promise<void>
  /** The link is gone. */
  release(address: string): Promise<void>
}

export function createOwnPlugin(node: NodeAddress, plugin: OwnPlugin, init: SandboxInit): OwnPluginAtWork {
  const { ip } = createNamespaceCommands(init)
  const pool = createAddressPool(node.podCidr)
  let waiting: Promise<PodLink>[] = []
  let nextBatch: Promise<void> | undefined
  let unused: string[] = []
  let nextSweep: Promise<void> | undefined

  const plug = (link: Promise<PodLink>): Promise<void> => {
    waiting.push(link)
    nextBatch ??= Promise.resolve().then(async () => {
      const batch = waiting
      waiting = []
      nextBatch = undefined
      const links = (await Promise.allSettled(batch)).flatMap((link) => (link.status === 'fulfilled' ? [link.value] : []))
      await ip(node.name, plugin.nodeEnd(node, links))
    })
    return nextBatch
  }
  const leaseFile = (address: string) => `${plugin.leases}/${address}`

  /** The next address that nobody has a lease of: host-local gives them too, to a pod with a host port or at a student's hand, at this very moment. */
  async function lease(sandbox: PodSandbox): Promise<string> {
    const foreign: string[] = []
    try {
      for (;;) {
        const address = pool.take()
        if (await init.createFile(node.name, leaseFile(address), `${sandbox.id}\r\neth0`)) return address
        foreign.push(address)
      }
    } finally {
      foreign.forEach(pool.give)
    }
  }

  return {
    connect(sandbox, pid) {
      const leased = lease(sandbox)
      // never the same name twice: the kernel takes its time to remove the link of a pod that was killed
      const name = plugin.linkName(sandbox)
      const plugged = plug(leased.then((address) => ({ name, address, pid })))
      const work = async () => {
        const address = await leased
        const link = plugged
          .then(() => plugin.sysctls && init.writeSysctls(node.name, plugin.sysctls(name)))
          .then(() => ip(`pod-${sandbox.uid}`, plugin.podEnd(node, address)))
        await Promise.all([link, init.writeFile(node.name, leaseFile('last_reserved_ip.0'), address)])
      }
      return { address: leased, done: work() }
    },
    async disconnect(sandbox) {
      if (plugin.namedAfterPod)
        await init.run({ namespace: node.name, view: 'platform', argv: ['ip', 'link', 'del', plugin.linkName(sandbox)] })
    },
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
