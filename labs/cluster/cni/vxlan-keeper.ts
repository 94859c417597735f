// flanneld's vxlan backend on one node: the device that its configuration asks for, and an entry for every node that has told of itself.
// Like flanneld it trusts what it wrote: entries of other nodes are written when they change and when it starts, and not looked at in between.
import type { AgentPart, PartOptions } from './agent-part.ts'
import { createNamespaceCommands } from './namespace-commands.ts'
import { netConfPath } from './shapes/flannel.ts'
import { firstMac } from './vtep-mac.ts'
import {
  defaultSettings, deviceName, keepDevice, leaseData, leaseDataKey, makeDevice, reachLease, readLease, readSettings, removeDevice, usableMac, type VxlanLease, type VxlanSettings,
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

  /** Settings from its file and the device they ask for; undefined where flanneld would not start. */
  async function readOwn(): Promise<VxlanSettings | undefined> {
    try {
      return readSettings((await init.readFile(node.name, netConfPath)).toString('utf8'))
    } catch (error) {
      log.error({ node: node.name, error: String(error) }, `flannel: ${netConfPath} cannot be used`)
      return undefined
    }
  }

  const signature = (lease: VxlanLease) => JSON.stringify(lease)
  /** What was written, and not what is said by the time that it is. */
  const remember = (written: readonly VxlanLease[]) => {
    known = new Map(written.map((lease) => [lease.node, signature(lease)]))
  }

  return {
    async start() {
      const settings = await readOwn()
      if (!settings) return
      publish(settings, await ensureDevice(settings))
      current = settings
      const all = leases()
      await reach(all)
      remember(all)
    },
    check: async () => {},
    async follow() {
      // the nodes were built with what they say at first
      const before = known
      const all = leases()
      await reach(before ? all.filter((lease) => before.get(lease.node) !== signature(lease)) : [])
      remember(all)
    },
  }
}
