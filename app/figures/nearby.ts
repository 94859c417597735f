// A Service with one Pod on some of three nodes in two zones: whom a caller gets under each wish for nearness, and how long a node looks for the rule. Pure.
import { chooseEndpoints } from '../../labs/cluster/proxy/endpoint-choice.ts'
import { planRules } from '../../labs/cluster/proxy/render.ts'
import { passNode, type ShopNode, shopNodes } from './shop.ts'

export const places = Object.keys(shopNodes) as ShopNode[]
export const zones: Record<ShopNode, 'north' | 'south'> = { 'control-plane': 'north', worker: 'south', worker2: 'south' }
const podOn: Record<ShopNode, string> = { 'control-plane': '10.244.0.5', worker: '10.244.1.3', worker2: '10.244.2.3' }
export const wishes = ['none', 'Local', 'PreferSameNode', 'PreferSameZone'] as const
export type Wish = (typeof wishes)[number]

export interface NearbySettings {
  wish: Wish
  caller: ShopNode
  /** nodes with a Pod of the Service */
  pods: readonly ShopNode[]
}
export interface Nearby {
  /** the Pods that the caller's node deals to; empty: none */
  gets: { ip: string; node: ShopNode }[]
  end: 'served' | 'dropped' | 'refused'
}

/** What the EndpointSlice controller writes beside an endpoint; nearby.test.ts compares it with the cluster's. */
export function hintsOf(wish: Wish, node: ShopNode) {
  const forZones = [{ name: zones[node] }]
  if (wish === 'PreferSameNode') return { forNodes: [{ name: node }], forZones }
  return wish === 'PreferSameZone' ? { forZones } : undefined
}

export function nearby({ wish, caller, pods }: NearbySettings): Nearby {
  const node = { name: caller, ip: shopNodes[caller].ip, zone: zones[caller] }
  const plan = planRules({
    services: [
      {
        metadata: { name: 'agent', namespace: 'default' },
        spec: {
          type: 'ClusterIP',
          clusterIP: '10.96.77.197',
          internalTrafficPolicy: wish === 'Local' ? 'Local' : 'Cluster',
          ports: [{ protocol: 'TCP', port: 80 }],
        },
      },
    ],
    endpointSlices: [
      {
        metadata: { name: 'agent-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'agent' } },
        addressType: 'IPv4',
        ports: [{ name: '', protocol: 'TCP', port: 8080 }],
        endpoints: pods.map((nodeName) => {
          const hints = hintsOf(wish, nodeName)
          return { addresses: [podOn[nodeName]], nodeName, conditions: { ready: true }, ...(hints ? { hints } : {}) }
        }),
      },
    ],
    node,
    clusterCIDR: '10.244.0.0/16',
  })
  const [port] = plan.ports
  if (!port) return { gets: [], end: 'refused' }
  const choice = chooseEndpoints(plan.endpoints.get(port.key) ?? [], port, node)
  const used = new Set((wish === 'Local' ? choice.local : choice.cluster).map(({ ip }) => ip))
  const gets = pods.filter((p) => used.has(podOn[p])).map((p) => ({ ip: podOn[p], node: p }))
  return { gets, end: gets.length > 0 ? 'served' : choice.any ? 'dropped' : 'refused' }
}

export const serviceCounts = [1, 10, 100, 500] as const

/** How many rules worker reads for a packet to the last of so many Services, before it is sent on. */
export function rulesRead(count: number): number {
  const address = (i: number) => `10.96.${10 + Math.floor(i / 200)}.${1 + (i % 200)}`
  const services = Array.from({ length: count }, (_, i) => ({
    // the rules stand in the order of names
    name: `s${String(i).padStart(3, '0')}`,
    clusterIP: address(i),
    pods: [{ ip: podOn.worker, node: 'worker' }],
  }))
  const packet = { protocol: 'tcp', source: '10.244.1.2', destination: address(count - 1), port: 80 } as const
  const { steps } = passNode('worker', services, packet, () => true)
  return steps.findIndex(({ taken, rule }) => taken && rule.includes('-j DNAT')) + 1
}
