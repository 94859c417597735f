// The CNI plugin of one node: gives pods an address and a link. Attachments of the same moment share one `ip` process on the node.
import type { SandboxInit } from '../../system/sandbox-init.ts'
import { createAddressPool } from './address-pool.ts'
import { linkName, type PodLink, podBatch, podLinksBatch } from './links.ts'
import { createNamespaceCommands } from './namespace-commands.ts'
import type { NodeAddress } from './topology.ts'

export interface PodNetwork {
  /** `pid`: a process in the pod's network namespace. The address is known at once, the link works when `done` resolves. */
  attach(podUid: string, pid: number): { address: string; done: Promise<void> }
  /** The link went with the pod's namespace; frees the address. */
  detach(podUid: string): void
}

export function createPodNetwork(node: NodeAddress, init: SandboxInit): PodNetwork {
  const { ip } = createNamespaceCommands(init)
  const pool = createAddressPool(node.podCidr)
  const addresses = new Map<string, string>()
  let links = 0
  let waiting: PodLink[] = []
  let nextBatch: Promise<void> | undefined

  const plug = (link: PodLink): Promise<void> => {
    waiting.push(link)
    nextBatch ??= Promise.resolve().then(() => {
      const batch = waiting
      waiting = []
      nextBatch = undefined
      return ip(node.name, podLinksBatch(node, batch))
    })
    return nextBatch
  }

  return {
    attach(podUid, pid) {
      const address = pool.take()
      addresses.set(podUid, address)
      // never the same name twice: the kernel takes its time to remove the link of a pod that was killed
      const name = linkName(`${podUid}/${links++}`)
      return { address, done: plug({ name, address, pid }).then(() => ip(`pod-${podUid}`, podBatch(node, address))) }
    },
    detach(podUid) {
      const address = addresses.get(podUid)
      if (!address) return
      addresses.delete(podUid)
      pool.give(address)
    },
  }
}
