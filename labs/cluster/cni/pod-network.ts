// The network of one node's pods, made as a container runtime has it made: by what /etc/cni/net.d says. Where that is what the shape wrote there, and
// the shape has a plugin of ours, ours does it in a fraction of the time.
import { createHash } from 'node:crypto'
import type { SandboxInit } from '../../system/sandbox-init.ts'
import { chooseConfig, firstConfig } from './net-config.ts'
import { type NodeNetFiles, readNetFiles, writtenNetFiles } from './net-files.ts'
import { createOwnPlugin } from './own-plugin.ts'
import { type Attachment, createPluginChain, type PodSandbox } from './plugin-chain.ts'
import type { CniShape } from './shape.ts'
import type { NodeAddress } from './topology.ts'

export type PodIdentity = Omit<PodSandbox, 'id'>

export interface PodNetwork {
  /** What the node's files say now: asked for before the pod's namespace is made, so that neither waits for the other. */
  look(): Promise<NodeNetFiles>
  /** `pid`: a process in the pod's network namespace. The link works when `done` resolves. Throws NetworkNotReady. */
  attach(pod: PodIdentity, pid: number, files: NodeNetFiles): { address: Promise<string>; done: Promise<void> }
  /** `destroy` ends the pod's namespace, and its link with it; absent when that has ended by itself. Frees the address. */
  detach(podUid: string, destroy?: () => Promise<void>): Promise<void>
  /** From now on somebody may change the node's files, so they are read each time. */
  expectChanges(): void
}

interface Attached {
  sandbox: PodSandbox
  pid: number
  /** of ours; it fails when no address is free */
  address?: Promise<string>
  /** of the plugins */
  attachment?: Attachment
}

export function createPodNetwork(node: NodeAddress, shape: CniShape, init: SandboxInit): PodNetwork {
  const chain = createPluginChain(node.name, init)
  const written = writtenNetFiles(shape, node)
  const own = shape.plugin && createOwnPlugin(node, shape.plugin, init)
  const attached = new Map<string, Attached>()
  let reads = false
  let reading: Promise<NodeNetFiles> | undefined
  let attachments = 0

  async function byPlugins(attachment: Attachment, pid: number): Promise<string> {
    const { sandbox } = attachment
    attached.set(sandbox.uid, { sandbox, pid, attachment })
    return chain.add(attachment, pid)
  }

  function isOurs({ configs }: NodeNetFiles, { hostPorts }: PodSandbox): boolean {
    const insteadOf = shape.plugin?.insteadOf
    if (insteadOf) return chooseConfig(configs).plugins[0]?.type === insteadOf
    return firstConfig(configs)?.text === shape.config.text(node) && hostPorts.length === 0
  }

  return {
    look() {
      if (!reads) return Promise.resolve(written)
      reading ??= readNetFiles(node.name, init).finally(() => {
        reading = undefined
      })
      return reading
    },
    attach(pod, pid, files) {
      const sandbox = { ...pod, id: createHash('sha256').update(`${pod.uid}/${attachments++}`).digest('hex') }
      if (own && isOurs(files, sandbox)) {
        const { address, done } = own.connect(sandbox, pid)
        attached.set(pod.uid, { sandbox, pid, address })
        return { address, done }
      }
      const address = byPlugins({ sandbox, config: chooseConfig(files.configs), subnetEnv: files.subnetEnv }, pid)
      return { address, done: address.then(() => {}) }
    },
    async detach(podUid, destroy) {
      const found = attached.get(podUid)
      attached.delete(podUid)
      if (found?.attachment) await chain.remove(found.attachment, destroy && found.pid)
      else if (found) await own?.disconnect(found.sandbox)
      await destroy?.()
      const address = await found?.address?.catch(() => undefined)
      if (address) await own?.release(address)
    },
    expectChanges() {
      reads = true
    },
  }
}
