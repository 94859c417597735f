// One packet over the edge of the cluster, outwards or inwards: its two addresses on each wire and who rewrote them. Pure.
import type { Packet } from './rule-walk.ts'
import { passNode, type ShopNode, type ShopService, shopNodes } from './shop.ts'

export const edgeAddresses = { client: '10.244.1.2', worker: '172.18.0.3', partner: '172.18.0.100' } as const
export type Caller = keyof typeof edgeAddresses
const stockPod = { ip: '10.244.2.2', node: 'worker2' } as const
export const stock: ShopService = { name: 'stock', clusterIP: '10.96.120.221', nodePort: 30080, pods: [stockPod] }
export const doors = {
  pod: { destination: stockPod.ip, port: 8080 },
  clusterIP: { destination: stock.clusterIP, port: 80 },
  nodePort: { destination: shopNodes.worker.ip, port: 30080 },
  partner: { destination: edgeAddresses.partner, port: 80 },
} as const
export type Door = keyof typeof doors

export interface Stage {
  /** the machine that has the packet in its hands */
  at: string
  source: string
  destination: string
  port: number
  /** what this machine replaced */
  rewrote: 'source' | 'destination' | 'both' | undefined
}
export interface EdgeWalk {
  stages: Stage[]
  /** who answers; undefined: the packet ended at the last stage */
  answers?: string
}

const rewrote = (before: Packet, after: Packet): Stage['rewrote'] => {
  const source = before.source !== after.source
  const destination = before.destination !== after.destination
  return source && destination ? 'both' : source ? 'source' : destination ? 'destination' : undefined
}

/** `partnerRoutes`: partner has routes to the Pods and Services of the cluster, by way of worker. */
export function edgeWalk(caller: Caller, door: Door, partnerRoutes: boolean): EdgeWalk {
  let packet: Packet = { protocol: 'tcp', source: edgeAddresses[caller], ...doors[door] }
  const stages: Stage[] = []
  const stage = (at: string, change: Stage['rewrote']) => {
    const { source, destination, port } = packet
    stages.push({ at, source, destination, port, rewrote: change })
  }
  stage(caller, undefined)
  const outside = caller === 'partner' && packet.destination.startsWith('10.')
  if (outside && !partnerRoutes) {
    stage('gateway', undefined)
    return { stages }
  }
  const through = (node: ShopNode) => {
    const before = packet
    packet = passNode(node, [stock], packet, () => true).packet
    stage(node, rewrote(before, packet))
  }
  if (caller !== 'partner' || packet.destination !== edgeAddresses.partner) through('worker')
  if (packet.destination === edgeAddresses.partner) return { stages: [...stages], answers: 'partner' }
  through('worker2')
  return { stages, answers: 'stock' }
}
