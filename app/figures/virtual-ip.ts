// A packet for the address of the Service web on worker, rule by rule. Pure.
import { type Passed, passNode, type ShopService } from './shop.ts'

export const webIP = '10.96.71.12'
const pods = ['10.244.1.3', '10.244.1.5', '10.244.1.6'] as const
export const sources = { client: '10.244.1.2', web: pods[0], laptop: '172.18.0.50' } as const
export type Source = keyof typeof sources
export const asks = {
  http: { protocol: 'tcp', port: 80 },
  other: { protocol: 'tcp', port: 81 },
  ping: { protocol: 'icmp', port: 0 },
} as const
export type Ask = keyof typeof asks

export interface VipSettings {
  source: Source
  ask: Ask
  replicas: number
  /** which of the Pods the dice mean, from 0 */
  dice: number
}
export interface VipWalk extends Passed {
  end: 'sent' | 'refused' | 'untouched'
}

export function walkToService({ source, ask, replicas, dice }: VipSettings): VipWalk {
  const web: ShopService = { name: 'web', clusterIP: webIP, pods: pods.slice(0, replicas).map((ip) => ({ ip, node: 'worker' })) }
  let throws = 0
  const packet = { ...asks[ask], source: sources[source], destination: webIP }
  const passed = passNode('worker', [web], packet, () => throws++ === dice % Math.max(replicas, 1))
  const end = passed.verdicts.includes('REJECT') ? 'refused' : passed.verdicts.includes('DNAT') ? 'sent' : 'untouched'
  return { ...passed, end }
}

/** A rule without its comment, as short as it can be shown. */
export const shortRule = (rule: string): string => rule.replace(/ -m comment --comment ("[^"]*"|\S+)/, '').replace(/ -m (tcp|udp)\b/, '')
