// Connections to a Service, each with its own throw of the dice, through the rules that worker holds for it. Pure.
import { openNode, type ShopService } from './shop.ts'

export const orderPods = ['10.244.1.4', '10.244.1.5', '10.244.1.6', '10.244.1.7'] as const
export const ordersIP = '10.96.22.38'
const clients = { client: '10.244.1.2', orders: orderPods[0] } as const
export type DiceCaller = keyof typeof clients

export interface DiceSettings {
  caller: DiceCaller
  replicas: number
  connections: number
  /** requests sent over each connection */
  requests: number
  /** replicas that started when the connections were open already */
  late: number
  seed: number
}
/** What conntrack remembers of one connection. */
export interface Flow {
  from: string
  port: number
  pod: string
  /** the address under which the Pod sees the caller */
  seen: string
}
export interface Dealt {
  flows: Flow[]
  perPod: { pod: string; connections: number; requests: number }[]
}

/** The same numbers for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function deal({ caller, replicas, connections, requests, late, seed }: DiceSettings): Dealt {
  const random = randomNumbers(seed)
  const service: ShopService = {
    name: 'orders',
    clusterIP: ordersIP,
    pods: orderPods.slice(0, replicas).map((ip) => ({ ip, node: 'worker' })),
  }
  const from = clients[caller]
  const pass = openNode('worker', [service])
  const flows = Array.from({ length: connections }, (_, i): Flow => {
    const first = { protocol: 'tcp', source: from, destination: service.clusterIP, port: 80 } as const
    const { packet } = pass(first, (probability) => random() < probability)
    return { from, port: 40_001 + i, pod: packet.destination, seen: packet.source }
  })
  const perPod = orderPods.slice(0, replicas + late).map((pod) => {
    const mine = flows.filter((f) => f.pod === pod).length
    return { pod, connections: mine, requests: mine * requests }
  })
  return { flows, perPod }
}
