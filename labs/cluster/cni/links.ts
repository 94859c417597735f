// The links, addresses and routes of an embedded cluster as `ip -batch` text, one text per network namespace. Pure; network.ts applies it.
import { createHash } from 'node:crypto'
import { lines } from './batch.ts'
import { type LanHost, lan, type NodeAddress } from './topology.ts'

/** `pid` is any process in the namespace, as the outer pid namespace numbers it: where the far end of a link goes. */
export interface LanMember {
  name: string
  address: string
  pid: number
}
/** veth and eight hexadecimal digits, as the ptp plugin names its links; of the same pod always the same. */
export const linkName = (owner: string): string => `veth${createHash('sha256').update(owner).digest('hex').slice(0, 8)}`

/** docker derives a container's MAC address from its IPv4 address. */
const macAddress = (address: string): string =>
  `02:42:${address
    .split('.')
    .map((byte) => Number(byte).toString(16).padStart(2, '0'))
    .join(':')}`

/** The outer namespace before anyone is plugged in: the bridge that stands for docker's network. */
export const switchBatch = (): string =>
  lines(
    'link set lo up',
    `link add ${lan.bridge} type bridge mcast_snooping 0`,
    `addr add ${lan.gateway}/${lan.prefixLength} brd + dev ${lan.bridge}`,
    `link set ${lan.bridge} up`,
  )

/** Plugs namespaces into the switch; for the outer namespace. */
export const plugBatch = (members: readonly LanMember[]): string =>
  lines(
    ...members.map(
      ({ name, address, pid }) =>
        `link add ${linkName(`lan/${name}`)} txqueuelen 0 master ${lan.bridge} up type veth peer name eth0 txqueuelen 0 address ${macAddress(address)} netns ${pid}`,
    ),
  )

const lanEnd = (address: string): string[] => [
  'link set lo up',
  `addr add ${address}/${lan.prefixLength} brd + dev eth0`,
  'link set eth0 up',
  `route add default via ${lan.gateway} dev eth0`,
]

/** A node on the lan; its shape says what else it has. */
export const nodeBatch = (self: NodeAddress): string => lines(...lanEnd(self.address))

export const hostBatch = (host: LanHost): string =>
  lines(...lanEnd(host.address), ...host.routes.map(({ to, via }) => `route add ${to} via ${via} dev eth0`))
