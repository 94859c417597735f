// One ping from a Pod of worker to a Pod of worker2, by three networks: what each of them looks up, and the headers between the nodes. Pure.
import { bridgeHostGw } from '../../labs/cluster/cni/shapes/bridge-host-gw.ts'
import { clusterNodes, type NodeAddress } from '../../labs/cluster/cni/topology.ts'
import { defaultSettings, deviceName, reachLease } from '../../labs/cluster/cni/vxlan.ts'

const [, worker, worker2] = clusterNodes as [NodeAddress, NodeAddress, NodeAddress]
export const from = '10.244.1.2'
export const to = '10.244.2.3'
const cards = { worker: '02:42:ac:12:00:03', worker2: '02:42:ac:12:00:04' }
/** The cards of the tunnel's ends; crossing.test.ts compares them with the cluster's, as what follows. */
export const tunnelCards = { worker: '36:ac:87:b7:b6:6c', worker2: 'ba:05:0b:49:22:9f' }
export const calicoGateway = '169.254.1.1'
export const calicoCard = 'ee:ee:ee:ee:ee:ee'

export const modes = ['vxlan', 'hostGw', 'bgp'] as const
export type Mode = (typeof modes)[number]
/** what the network's own configuration gives to Pods */
export const usualMtu: Record<Mode, 1450 | 1500> = { vxlan: 1450, hostGw: 1500, bgp: 1500 }
const cable = 1500

export interface CrossingSettings {
  mode: Mode
  podMtu: 1450 | 1500
  /** bytes that the ping carries */
  payload: number
  /** the tunnel's number at each end */
  vni: { worker: number; worker2: number }
}
export interface Header {
  name: 'Ethernet' | 'IP' | 'UDP' | 'VXLAN' | 'ICMP'
  says: string
  bytes: number
  /** of the envelope, not of what is in it */
  outer: boolean
}
export interface Crossing {
  /** lines that decide, in the order in which they are asked; `at`: in whose network */
  lookups: { at: 'client' | 'worker'; line: string }[]
  /** between the nodes, outermost first; empty: nothing left worker */
  headers: Header[]
  /** bytes of the whole frame there */
  frame: number
  end: 'arrives' | 'podRefuses' | 'nodeRefuses' | 'notOpened'
}

const trimmed = (commands: string) =>
  commands
    .trim()
    .split('\n')
    .map((line) => line.replace(' replace ', ' '))

function lookupsOf({ mode, vni }: CrossingSettings): Crossing['lookups'] {
  const ofPod =
    mode === 'bgp'
      ? [`route default via ${calicoGateway} dev eth0`, `neigh ${calicoGateway} lladdr ${calicoCard}`]
      : [`route default via ${worker.podGateway} dev eth0`]
  const ofWorker = () => {
    if (mode === 'hostGw') return trimmed(bridgeHostGw.routes(worker, [worker, worker2]))
    if (mode === 'bgp') return [`route ${worker2.podCidr} via ${worker2.address} dev eth0 proto bird`]
    const lease = { node: worker2.name, publicIp: worker2.address, podCidr: worker2.podCidr, vtepMac: tunnelCards.worker2 }
    const { ip, bridge } = reachLease(lease, { ...defaultSettings, vni: vni.worker })
    // the route is asked first
    return [...trimmed(ip).reverse(), ...trimmed(bridge)]
  }
  return [...ofPod.map((line) => ({ at: 'client' as const, line })), ...ofWorker().map((line) => ({ at: 'worker' as const, line }))]
}

function headersOf({ mode, payload, vni }: CrossingSettings): Header[] {
  const inTunnel = mode === 'vxlan'
  const ethernet = (ends: typeof cards, outer: boolean): Header => ({
    name: 'Ethernet',
    says: `${ends.worker} → ${ends.worker2}`,
    bytes: 14,
    outer,
  })
  const envelope: Header[] = [
    ethernet(cards, true),
    { name: 'IP', says: `${worker.address} → ${worker2.address}`, bytes: 20, outer: true },
    { name: 'UDP', says: `→ ${defaultSettings.port}`, bytes: 8, outer: true },
    { name: 'VXLAN', says: `${vni.worker}`, bytes: 8, outer: true },
  ]
  return [
    ...(inTunnel ? envelope : []),
    ethernet(inTunnel ? tunnelCards : cards, false),
    { name: 'IP', says: `${from} → ${to}`, bytes: 20, outer: false },
    { name: 'ICMP', says: `echo request`, bytes: 8 + payload, outer: false },
  ]
}

/** What is left of the cable's MTU for a packet in the tunnel: the envelope stays outside, but for its Ethernet header, which no MTU counts. */
export function tunnelMtu(): number {
  const headers = headersOf({ mode: 'vxlan', podMtu: 1450, payload: 0, vni: { worker: 1, worker2: 1 } })
  const around = headers.filter((h, i) => i > 0 && (h.outer || h.name === 'Ethernet'))
  return cable - around.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** The ping forbids that it be cut up, as TCP does. */
export function cross(settings: CrossingSettings): Crossing {
  const packet = settings.payload + 28
  const lookups = lookupsOf(settings)
  const stops = (end: Crossing['end'], seen: Crossing['lookups']): Crossing => ({ lookups: seen, headers: [], frame: 0, end })
  if (packet > settings.podMtu) return stops('podRefuses', [])
  if (packet > (settings.mode === 'vxlan' ? tunnelMtu() : cable)) {
    // the route leads to a device that is too narrow; nothing more is asked
    const route = lookups.findIndex(({ at, line }) => at === 'worker' && line.startsWith('route '))
    return stops('nodeRefuses', lookups.slice(0, route + 1))
  }
  const headers = headersOf(settings)
  const opened = settings.mode !== 'vxlan' || settings.vni.worker === settings.vni.worker2
  return { lookups, headers, frame: headers.reduce((sum, { bytes }) => sum + bytes, 0), end: opened ? 'arrives' : 'notOpened' }
}

export const tunnelDevice = (vni: number): string => deviceName({ ...defaultSettings, vni })
