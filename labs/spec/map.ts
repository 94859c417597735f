// The map of a lab's network: what `ip addr` and `ip route` show in every node, pod and outside host, who is wired to whom, and what the wires carry.
// Made by labs/map in the lab process, drawn by the page, listed by the CLI.
import { z } from 'zod'
import { targetText } from './target.ts'

/** An interface's name, its kind and a route are what a student wrote: bounded, and without control characters. */
const toolText = z.string().max(400)

export const mapInterface = z.object({
  name: toolText,
  /** veth, bridge, vxlan, dummy … as `ip -d link` names it; `loopback` and `ether` where it names none */
  kind: toolText,
  /** set up by its owner (flag UP) */
  up: z.boolean(),
  /** the other end is there and up (flag LOWER_UP) */
  carrier: z.boolean(),
  mtu: z.number(),
  mac: toolText.optional(),
  /** the bridge or VRF it belongs to */
  master: toolText.optional(),
  /** with prefix length: 10.244.1.5/24 */
  addresses: z.array(toolText),
})
export type MapInterface = z.infer<typeof mapInterface>

export const mapPlace = z.object({
  place: targetText,
  label: z.string(),
  group: z.enum(['laptop', 'node', 'pod', 'host']),
  address: z.string().optional(),
  /** of a pod: target text of its node */
  node: z.string().optional(),
  /** a pod without a network of its own: its node's is its */
  hostNetwork: z.boolean().optional(),
  interfaces: z.array(mapInterface),
  /** as `ip route` prints them, of all tables but `local` */
  routes: z.array(toolText),
  /** lines of `ip rule` beyond the three that every machine has */
  rules: z.array(toolText),
  /** how many interfaces, routes and rules were left out because there are too many */
  leftOut: z.number().optional(),
  /** why it could not be read; what is shown is what was last seen */
  unread: z.string().optional(),
})
export type MapPlace = z.infer<typeof mapPlace>

const linkEnd = z.object({ place: targetText, interface: toolText })
export type LinkEnd = z.infer<typeof linkEnd>
/** A wire. `to` is absent where the other end is the network that nodes and outside hosts share. */
export const mapLink = z.object({ from: linkEnd, to: linkEnd.optional() })
export type MapLink = z.infer<typeof mapLink>

export const networkMap = z.object({
  /** epoch ms of the last change */
  at: z.number(),
  /** laptop, nodes, pods, outside hosts */
  places: z.array(mapPlace),
  links: z.array(mapLink),
  /** how many pods are not on it because there are too many */
  leftOut: z.number().optional(),
})
export type NetworkMap = z.infer<typeof networkMap>

/** What went through an interface in about one second, per second. Interfaces that carried nothing are not named. */
export const mapFlow = linkEnd.extend({ rxBytes: z.number(), rxPackets: z.number(), txBytes: z.number(), txPackets: z.number() })
export type MapFlow = z.infer<typeof mapFlow>
export const mapTraffic = z.object({ at: z.number(), flows: z.array(mapFlow) })
export type MapTraffic = z.infer<typeof mapTraffic>
