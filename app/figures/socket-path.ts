// A call from till to the Service stock: the address at connect(), in the socket, in the packet and behind the node's rules. The rules are those of the
// cluster's own function. Pure.
import { passNode, type ShopService } from './shop.ts'

export const stock = { ip: '10.96.40.10', port: 80, podPort: 8080 }
/** The Pod of yesterday and the one that has replaced it. */
export const pods = { old: '10.244.1.3', young: '10.244.1.4' } as const
const till = '10.244.1.2'

export const entries = ['old', 'young', 'none'] as const
export type Entry = (typeof entries)[number]
export const calls = ['connect', 'ping'] as const
export type Call = (typeof calls)[number]

export interface SocketSettings {
  call: Call
  /** the Pod of stock that is there; Kubernetes and kube-proxy know it */
  pod: keyof typeof pods
  /** the Pod that stands behind stock in the map of the program at connect4 */
  entry: Entry
  /** whether kube-proxy has written its rules on this node */
  rules: boolean
}
export interface SocketPath {
  /** strace */
  asked: string
  /** ss; undefined: a ping has no connected socket */
  socket: string | undefined
  /** tcpdump in the Pod */
  packet: string
  /** behind the node's rules */
  leaves: string
  /** how much the counter of the Service's rule has grown, and conntrack's list of its translations */
  counted: number
  /** `stale`: to a Pod that has gone; `nobody`: to the Service's own address */
  end: 'answers' | 'stale' | 'nobody'
}

export function callService({ call, pod, entry, rules }: SocketSettings): SocketPath {
  const tcp = call === 'connect'
  const asked = { destination: stock.ip, port: tcp ? stock.port : 0 }
  const chosen = tcp && entry !== 'none' ? { destination: pods[entry], port: stock.podPort } : asked
  const service: ShopService = { name: 'stock', clusterIP: stock.ip, pods: [{ ip: pods[pod], node: 'worker' }] }
  const passed = passNode('worker', rules ? [service] : [], { protocol: tcp ? 'tcp' : 'icmp', source: till, ...chosen }, () => true)
  const { destination, port } = passed.packet
  const show = (at: { destination: string; port: number }) => (at.port ? `${at.destination}:${at.port}` : at.destination)
  const end = destination === pods[pod] ? 'answers' : destination === stock.ip ? 'nobody' : 'stale'
  return {
    asked: show(asked),
    socket: tcp ? show(chosen) : undefined,
    packet: show(chosen),
    leaves: show({ destination, port }),
    counted: passed.verdicts.filter((verdict) => verdict === 'DNAT').length,
    end,
  }
}
