// Customers who come in by the node ports of three nodes, through the rules that each node holds: who is served, and under which address. Pure.
import { healthCheckNodePorts, localReadyEndpoints, serviceReply } from '../../labs/cluster/proxy/health.ts'
import type { Packet } from './rule-walk.ts'
import { openNode, type Passed, planOf, type ShopNode, type ShopPod, type ShopService, shopNodes } from './shop.ts'

export const customer = '172.18.0.100'
const addresses = {
  worker: ['10.244.1.2', '10.244.1.3', '10.244.1.4'],
  worker2: ['10.244.2.3', '10.244.2.4', '10.244.2.5'],
} as const
export type PodNode = keyof typeof addresses

export interface DoorSettings {
  policy: 'Cluster' | 'Local'
  /** how many Pods on each node */
  pods: Record<PodNode, number>
  /** the balancer asks the port for health checks before it sends customers to a node */
  asks: boolean
}
export interface Door {
  node: ShopNode
  /** what the port for health checks says; undefined: there is none */
  health: number | undefined
  /** part of all customers that the balancer sends here */
  sent: number
  does: 'own' | 'any' | 'drop' | 'refuse'
}
export interface DoorPod extends ShopPod {
  /** part of all customers that it serves */
  share: number
  /** the addresses under which it sees them */
  sees: string[]
}
export interface DoorsIn {
  doors: Door[]
  pods: DoorPod[]
  /** part of all customers that nobody serves */
  lost: number
}

/** Each way the dice can fall, with its probability as the rules have it. */
function allThrows(pass: ReturnType<typeof openNode>, packet: Packet): { passed: Passed; probability: number }[] {
  const throws: { passed: Passed; probability: number }[] = []
  for (let taken = 0; ; taken++) {
    let asked = 0
    let probability = 1
    const passed = pass(packet, (p) => {
      const yes = asked++ === taken
      probability *= yes ? p : 1 - p
      return yes
    })
    throws.push({ passed, probability })
    if (asked <= taken) return throws
  }
}

export function doorsIn({ policy, pods, asks }: DoorSettings): DoorsIn {
  const all = (Object.keys(addresses) as PodNode[]).flatMap((node) => addresses[node].slice(0, pods[node]).map((ip) => ({ ip, node })))
  const shop: ShopService = {
    name: 'shop',
    clusterIP: '10.96.190.204',
    nodePort: 30080,
    externalTrafficPolicy: policy,
    ...(policy === 'Local' ? { healthCheckNodePort: 32080 } : {}),
    pods: all,
  }
  const told = (Object.keys(shopNodes) as ShopNode[]).map((node) => {
    const plan = planOf(node, [shop])
    const asked = healthCheckNodePorts(plan).size > 0
    const health = asked ? serviceReply('default/shop', localReadyEndpoints(plan, 'default/shop'), true).status : undefined
    return { node, health, open: !asks || health !== 503 }
  })
  const open = told.filter((t) => t.open).length
  const served: DoorPod[] = all.map((pod) => ({ ...pod, share: 0, sees: [] }))
  const doors = told.map(({ node, health, open: isOpen }): Door => {
    const packet: Packet = { protocol: 'tcp', source: customer, destination: shopNodes[node].ip, port: 30080 }
    const sent = isOpen ? 1 / open : 0
    const reached = new Set<string>()
    let does: Door['does'] = 'own'
    for (const { passed, probability } of allThrows(openNode(node, [shop]), packet)) {
      const end = passed.verdicts.at(-1)
      if (end === 'DROP') does = 'drop'
      if (end === 'REJECT') does = 'refuse'
      const pod = served.find((p) => p.ip === passed.packet.destination)
      if (!pod) continue
      reached.add(pod.node)
      pod.share += sent * probability
      if (sent > 0 && !pod.sees.includes(passed.packet.source)) pod.sees.push(passed.packet.source)
    }
    return { node, health, sent, does: [...reached].some((n) => n !== node) ? 'any' : does }
  })
  return { doors, pods: served, lost: Math.max(0, 1 - served.reduce((sum, p) => sum + p.share, 0)) }
}

export const percent = (part: number): string => `${Math.round(part * 100)}%`
