// flanneld's vxlan backend on one node: the device that its configuration asks for, and an entry for every node that has told of itself.
// Like flanneld it trusts what it wrote: entries of other nodes are written when they change and when it starts, and not looked at in between.
import type { AgentPart, PartOptions } from './agent-part.ts'
import { createNamespaceCommands } from './namespace-commands.ts'
import { netConfPath } from './shapes/flannel.ts'
import {
  defaultSettings, deviceName, firstMac, keepDevice, leaseData, leaseDataKey, makeDevice, reachLease, readLease, readSettings, removeDevice, usableMac, type VxlanLease, type VxlanSettings,
} from './vxlan.ts' // biome-ignore format: one list

export function createVxlanKeeper({ node, init, store, log }: PartOptions): AgentPart {
  const { ip, run } = createNamespaceCommands(init)
  let known: ReadonlyMap<string, string> | undefined
  /** what it had read when it started last */
  let current = defaultSettings

  const leases = (): VxlanLease[] =>
    store
      .list('nodes')
      .filter(({ metadata }) => metadata.name !== node.name)
      .flatMap((object) => readLease(object) ?? [])

  async function reach(wanted: readonly VxlanLease[]): Promise<void> {
    if (wanted.length === 0) return
    const commands = wanted.map((lease) => reachLease(lease, current))
    await ip(node.name, commands.map((each) => each.ip).join(''))
    await run(node.name, ['bridge', '-batch', '-'], commands.map((each) => each.bridge).join(''))
  }

  /** The device's MAC address as it is, or the one that a new device got. */
  async function ensureDevice(settings: VxlanSettings): Promise<string> {
    const { code, stdout } = await init.run({
      namespace: node.name,
      view: 'platform',
      argv: ['ip', '-j', '-d', 'link', 'show', deviceName(settings)],
    })
    const isThere = code === 0
    const usable = isThere ? usableMac(stdout.toString('utf8'), node, settings) : undefined
    const mac = usable ?? firstMac(node.name)
    await ip(node.name, usable ? keepDevice(node, settings) : (isThere ? removeDevice(settings) : '') + makeDevice(node, settings, mac))
    return mac
  }

  /** Tells the other nodes, unless they know. */
  function publish(settings: VxlanSettings, mac: string): void {
    const data = leaseData(settings, mac)
    if (store.get('nodes', undefined, node.name)?.metadata.annotations?.[leaseDataKey] === data) return
    store.mutate('nodes', undefined, node.name, (draft) => {
      draft.metadata.annotations = { ...draft.metadata.annotations, [leaseDataKey]: data }
    })
  }

  async function ensure(): Promise<void> {
    let settings: VxlanSettings
    try {
      settings = readSettings((await init.readFile(node.name, netConfPath)).toString('utf8'))
    } catch (error) {
      // flanneld would not start; what is there stays
      log.error({ node: node.name, error: String(error) }, `flannel: ${netConfPath} cannot be used`)
      return
    }
    const mac = await ensureDevice(settings)
    publish(settings, mac)
    current = settings
    await reach(leases())
  }

  const signature = (lease: VxlanLease) => JSON.stringify(lease)
  const remember = () => {
    known = new Map(leases().map((lease) => [lease.node, signature(lease)]))
  }

  return {
    async start() {
      await ensure()
      remember()
    },
    check: async () => {},
    async follow() {
      // the nodes were built with what they say at first
      const before = known
      const changed = before ? leases().filter((lease) => before.get(lease.node) !== signature(lease)) : []
      remember()
      await reach(changed)
    },
  }
}
