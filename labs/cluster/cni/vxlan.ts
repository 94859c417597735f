// flannel's vxlan device and what it has to know of other nodes, as text for `ip -batch` and `bridge -batch`. Pure, and for browsers too.
import { z } from 'zod'
import type { KubeObject } from '../api/store.ts'
import { lines } from './batch.ts'
import type { NodeAddress } from './topology.ts'

export interface VxlanSettings {
  vni: number
  port: number
}
export const defaultSettings: VxlanSettings = { vni: 1, port: 8472 }
/** As flanneld names it. */
export const deviceName = ({ vni }: VxlanSettings): string => `flannel.${vni}`

/** What a node has told the others of itself. */
export interface VxlanLease {
  node: string
  publicIp: string
  podCidr: string
  vtepMac: string
}

/** What is said to `ip` and to `bridge`. */
export interface LinkCommands {
  ip: string
  bridge: string
}

/** The network's own address: the device has it, and it stands for the node as a gateway. */
const networkAddress = (podCidr: string) => podCidr.split('/')[0] as string

export function makeDevice(self: NodeAddress, settings: VxlanSettings, mac: string): string {
  const { vni, port } = settings
  const options = `id ${vni} local ${self.address} dev eth0 dstport ${port} nolearning`
  return lines(`link add ${deviceName(settings)} address ${mac} type vxlan ${options}`) + keepDevice(self, settings)
}
export function keepDevice({ podCidr }: NodeAddress, settings: VxlanSettings): string {
  const device = deviceName(settings)
  return lines(`addr replace ${networkAddress(podCidr)}/32 dev ${device}`, `link set ${device} up`)
}
export const removeDevice = (settings: VxlanSettings): string => lines(`link del ${deviceName(settings)}`)

/** Route, neighbour and forwarding entry of another node; repeating it changes nothing. */
export function reachLease({ podCidr, publicIp, vtepMac }: VxlanLease, settings: VxlanSettings): LinkCommands {
  const device = deviceName(settings)
  const gateway = networkAddress(podCidr)
  return {
    ip: lines(
      `neigh replace ${gateway} lladdr ${vtepMac} nud permanent dev ${device}`,
      `route replace ${podCidr} via ${gateway} dev ${device} onlink`,
    ),
    bridge: lines(`fdb replace ${vtepMac} dev ${device} dst ${publicIp} self permanent`),
  }
}

const annotation = (key: string) => `flannel.alpha.coreos.com/${key}`
const backendData = z.object({ VNI: z.number(), VtepMAC: z.string() })

export const leaseData = ({ vni }: VxlanSettings, mac: string): string => JSON.stringify({ VNI: vni, VtepMAC: mac })
export const leaseDataKey = annotation('backend-data')

/** What the node's annotations say; undefined while they say nothing that can be used. */
export function readLease({ metadata, spec }: KubeObject): VxlanLease | undefined {
  const publicIp = metadata.annotations?.[annotation('public-ip')]
  const said = metadata.annotations?.[leaseDataKey]
  if (!publicIp || !said || !spec?.podCIDR) return undefined
  try {
    const data = backendData.safeParse(JSON.parse(said))
    return data.success ? { node: metadata.name, publicIp, podCidr: spec.podCIDR, vtepMac: data.data.VtepMAC } : undefined
  } catch {
    return undefined // not JSON
  }
}

const netConf = z.object({ Backend: z.object({ VNI: z.number().int().default(1), Port: z.number().int().default(8472) }) })

/** flanneld's configuration file. Throws what is wrong with it. */
export function readSettings(text: string): VxlanSettings {
  const { Backend } = netConf.parse(JSON.parse(text))
  return { vni: Backend.VNI, port: Backend.Port }
}

const link = z.array(
  z.object({
    address: z.string(),
    linkinfo: z.object({
      info_kind: z.string(),
      info_data: z.object({ id: z.number(), local: z.string().optional(), port: z.number(), learning: z.boolean() }),
    }),
  }),
)

/** From `ip -j -d link show`: the device's MAC address, undefined where flanneld would not take it over. */
export function usableMac(shown: string, self: NodeAddress, { vni, port }: VxlanSettings): string | undefined {
  const parsed = link.safeParse(JSON.parse(shown))
  const device = parsed.success ? parsed.data[0] : undefined
  if (device?.linkinfo.info_kind !== 'vxlan') return undefined
  const { id, local, port: usedPort, learning } = device.linkinfo.info_data
  return id === vni && usedPort === port && local === self.address && !learning ? device.address : undefined
}
