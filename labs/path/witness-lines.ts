// What podwire-witness says (labs/system/native/witness*.c): one JSON object a line, parsed here. Used by witness.ts.
import { z } from 'zod'

const address = z.string()
const port = z.number().int()
/** epoch µs. Of a packet: when the kernel saw it. Of a trace event: when it was read, a moment after the kernel sent it, since it carries no time. */
const t = z.number()
/** counts packets and traces of one witness together, in the order they were read; within packets, and within traces, that is the kernel's order */
const n = z.number().int()

/** The start of a packet that an ICMP error quotes: the one that could not be delivered. */
const quoted = z.object({
  from: address,
  to: address,
  proto: z.enum(['tcp', 'udp', 'icmp', 'other']),
  sport: port.optional(),
  dport: port.optional(),
  seq: z.number().optional(),
})

const packetLine = z.object({
  e: z.literal('packet'),
  t,
  n,
  interface: z.string(),
  /** in: for this machine's MAC; out: sent; other: for somebody else's MAC; flood: broadcast or multicast */
  dir: z.enum(['in', 'out', 'other', 'flood']),
  /** absent where the interface has none (tunnels) */
  mac: z.object({ from: z.string(), to: z.string() }).optional(),
  proto: z.enum(['tcp', 'udp', 'icmp', 'arp']),
  from: address,
  to: address,
  sport: port.optional(),
  dport: port.optional(),
  /** e.g. SYN,ACK; `` when none is set */
  flags: z.string().optional(),
  seq: z.number().optional(),
  ack: z.number().optional(),
  ttl: z.number().optional(),
  /** identification of the IP header: with the addresses, what joins it to trace events (`ipid`) */
  id: z.number().optional(),
  /** of the IP packet, in bytes */
  length: z.number(),
  icmp: z
    .object({
      type: z.number(),
      code: z.number(),
      /** next hop's MTU, of type 3 code 4 */
      mtu: z.number().optional(),
      /** identifier and sequence number of an echo */
      echo: z.object({ id: z.number(), seq: z.number() }).optional(),
      inner: quoted.optional(),
    })
    .optional(),
  /** whether the payload has the filter's tag; only when there is one, and not for TCP */
  tag: z.boolean().optional(),
  /** of the packet that it travelled inside; its `id` joins it to trace events about the outer packet; `vni`: the virtual network that a vxlan packet names */
  outer: z.object({ from: address, to: address, proto: z.enum(['vxlan', 'ipip']), id: z.number(), vni: z.number().optional() }).optional(),
  /** who asks for (request) or tells (reply) whose MAC; `mac` and `ip` are the sender's own */
  arp: z
    .object({ op: z.enum(['request', 'reply']), mac: z.string(), ip: address, target: address, targetMac: z.string().optional() })
    .optional(),
})

const traceLine = z.object({
  e: z.literal('trace'),
  t,
  n,
  /** of the packet in this place, as long as the kernel keeps its buffer and connection: it may change on the way */
  id: z.number(),
  /** of the table: ip, ip6, inet, bridge, netdev, arp */
  family: z.string(),
  table: z.string(),
  chain: z.string(),
  /** of the rule, as `nft -a list ruleset` shows it; absent for the policy, and for the end of a chain, which the kernel calls a rule too */
  handle: z.number().optional(),
  type: z.enum(['rule', 'return', 'policy']),
  /** `continue`: the rule matched and the next one is tried */
  verdict: z.enum(['accept', 'drop', 'jump', 'goto', 'continue', 'return', 'break', 'queue', 'stolen', 'repeat', 'stop', 'unknown']),
  /** chain of a jump or goto; `to` is the packet's address */
  target: z.string().optional(),
  /** of the base chain, at type policy */
  policy: z.enum(['accept', 'drop']).optional(),
  iif: z.string().optional(),
  oif: z.string().optional(),
  /** mark of the packet, when it is not 0 */
  mark: z.number().optional(),
  // The packet as it came to this base chain: a rule that rewrites it shows only in the next base chain's events.
  from: address.optional(),
  to: address.optional(),
  proto: z.enum(['tcp', 'udp', 'icmp', 'other']).optional(),
  sport: port.optional(),
  dport: port.optional(),
  ipid: z.number().optional(),
  flags: z.string().optional(),
  seq: z.number().optional(),
  icmp: z.object({ type: z.number(), code: z.number() }).optional(),
})

/** One packet on one interface. The same packet shows at each interface it passes. */
export type PacketSeen = z.infer<typeof packetLine> & { place: string }
/** One step of one packet through nftables (and iptables-nft). */
export type TraceSeen = z.infer<typeof traceLine> & { place: string }

/** `trace: false` when packets are captured but nftables cannot be traced there. */
const readyLine = z.object({ e: z.literal('ready'), trace: z.literal(false).optional(), reason: z.string().optional() })
/** How many packets the capture lost or left out, and how often trace events were lost (at least one each time). */
const endLine = z.object({ e: z.literal('end'), dropped: z.number(), traceLost: z.number() })

const witnessLine = z.discriminatedUnion('e', [readyLine, packetLine, traceLine, endLine])
export type WitnessLine = z.infer<typeof witnessLine>

/** undefined for a line that is none. */
export function parseWitnessLine(line: string): WitnessLine | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  return witnessLine.safeParse(value).data
}
