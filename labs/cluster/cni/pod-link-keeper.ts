// Felix's part in Calico: every pod of the node has its route, and its link the settings that make the node answer for the pod's gateway.
import type { AgentPart, PartOptions } from './agent-part.ts'
import { lines } from './batch.ts'
import { createNamespaceCommands } from './namespace-commands.ts'
import type { OwnPlugin } from './shape.ts'

export function createPodLinkKeeper({ node, init, store }: PartOptions, plugin: OwnPlugin): AgentPart {
  const { ip, run } = createNamespaceCommands(init)

  async function repair(): Promise<void> {
    const there = new Set((await run(node.name, ['ls', '/proc/sys/net/ipv4/conf'])).split('\n'))
    const pods = store
      .list('pods')
      .filter(({ spec, status }) => spec.nodeName === node.name && !spec.hostNetwork && status?.podIP)
      .map(({ metadata: { namespace = 'default', name, uid }, status }) => ({
        link: plugin.linkName({ id: '', namespace, name, uid, hostPorts: [] }),
        address: status.podIP as string,
      }))
      .filter(({ link }) => there.has(link))
    await ip(node.name, lines(...pods.map(({ link, address }) => `route replace ${address}/32 dev ${link} scope link`)))
    await init.writeSysctls(node.name, Object.assign({}, ...pods.map(({ link }) => plugin.sysctls?.(link))))
  }

  return { start: repair, check: repair, follow: async () => {} }
}
