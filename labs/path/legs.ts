// Sorts what was seen into the request, its reply, the sender's reset and errors about it, wherever addresses were rewritten. Pure; used by scene.ts.
import type { PacketSeen, TraceSeen } from './witness.ts'

/** How our own packets are told from others. */
export interface Identity {
  from: string
  protocol: 'tcp' | 'udp' | 'icmp'
  /** the sender's port; 0 for ping */
  port: number
}

export interface Legs {
  /** the packet that opens: SYN, datagram, echo request; each interface once, in the order it came by */
  request: PacketSeen[]
  /** what answers it: SYN-ACK, RST, datagram, echo reply */
  reply: PacketSeen[]
  /** the sender refuses the answer: it knows no such connection */
  reset: PacketSeen[]
  /** ICMP about the request */
  error: PacketSeen[]
  /** frames of the request that a switch sent to an interface they were not meant for */
  astray: PacketSeen[]
}

type Tuple = Pick<PacketSeen, 'from' | 'to' | 'sport' | 'dport'>
const sameTuple = (a: Tuple, b: Tuple) => a.from === b.from && a.to === b.to && a.sport === b.sport && a.dport === b.dport
const turned = (p: Tuple): Tuple => ({ from: p.to, to: p.from, sport: p.dport, dport: p.sport })
const next = (sequence: number) => (sequence + 1) >>> 0
const has = (p: PacketSeen, flag: string) => p.flags?.split(',').includes(flag) ?? false

/** When it was seen; ties happen, then the witness's own order counts. */
const byTime = (a: PacketSeen, b: PacketSeen) => a.t - b.t || (a.place === b.place ? a.n - b.n : 0)

/** Each interface and direction once: what is sent again says nothing new. */
function once(packets: PacketSeen[]): PacketSeen[] {
  const seen = new Set<string>()
  return packets.filter((p) => {
    const key = `${p.place} ${p.interface} ${p.dir} ${p.to}:${p.dport}`
    return !seen.has(key) && seen.add(key)
  })
}

export function sortIntoLegs(packets: readonly PacketSeen[], traces: readonly TraceSeen[], who: Identity): Legs {
  const legs: Legs = { request: [], reply: [], reset: [], error: [], astray: [] }
  const ordered = [...packets].sort(byTime)
  const leaving = ordered.filter((p) => p.place === who.from && p.dir === 'out' && p.proto === who.protocol)
  const first = leaving.find((p) => opens(p, who)) ?? maskedFirst(leaving, traces, who)
  const tell = who.protocol === 'tcp' ? byNumber(first?.seq) : byTuple(who, first)
  for (const packet of ordered) {
    const leg = packet.proto === 'arp' ? undefined : tell(packet, legs)
    if (leg === undefined) continue
    // a frame with another machine's MAC is looked at by nobody but us
    const own = packet.dir === 'in' || packet.dir === 'out'
    if (own) legs[leg].push(packet)
    else if (leg === 'request') legs.astray.push(packet)
  }
  return {
    request: once(legs.request),
    reply: once(legs.reply),
    reset: once(legs.reset),
    error: once(legs.error),
    astray: once(legs.astray),
  }
}

/** A node's own packet may have got another port before it left: netfilter saw it before that, with the same id. */
function maskedFirst(leaving: readonly PacketSeen[], traces: readonly TraceSeen[], { from, port }: Identity): PacketSeen | undefined {
  const ids = new Set(traces.flatMap((t) => (t.place === from && t.sport === port && t.ipid ? [t.ipid] : [])))
  return leaving.find((p) => p.id !== undefined && ids.has(p.id) && (p.proto !== 'tcp' || (has(p, 'SYN') && !has(p, 'ACK'))))
}

function opens(packet: PacketSeen, { protocol, port }: Identity): boolean {
  if (protocol === 'tcp') return packet.sport === port && has(packet, 'SYN') && !has(packet, 'ACK')
  if (protocol === 'udp') return packet.sport === port
  return packet.tag === true && packet.icmp?.type === 8
}

type Tell = (packet: PacketSeen, legs: Legs) => keyof Legs | undefined

/** TCP: the sequence number of the first SYN is kept by every rewriting and tunnel. */
function byNumber(isn: number | undefined): Tell {
  return (p) => {
    if (isn === undefined) return undefined
    if (p.icmp?.inner) return p.icmp.inner.seq === isn ? 'error' : undefined
    if (p.proto !== 'tcp') return undefined
    if (has(p, 'SYN') && !has(p, 'ACK')) return p.seq === isn ? 'request' : undefined
    if (has(p, 'SYN') || (has(p, 'RST') && has(p, 'ACK'))) return p.ack === next(isn) && p.seq !== next(isn) ? 'reply' : undefined
    if (has(p, 'RST')) return p.seq === next(isn) ? 'reset' : undefined
    return undefined
  }
}

/** UDP and ping: the sender's tag, and for an answer without it the addresses of a request turned round. */
function byTuple({ protocol, port, from }: Identity, first: PacketSeen | undefined): Tell {
  return (p, { request }) => {
    if (p.icmp?.inner) {
      const inner = p.icmp.inner
      return request.some((r) => sameTuple(r, { sport: undefined, dport: undefined, ...inner })) ? 'error' : undefined
    }
    if (p.proto !== protocol) return undefined
    if (protocol === 'icmp') return p.tag ? (p.icmp?.type === 8 ? 'request' : p.icmp?.type === 0 ? 'reply' : undefined) : undefined
    if (request.some((r) => sameTuple(turned(r), p))) return 'reply'
    if (p === first || (p.place === from && p.dir === 'out' && p.sport === port)) return 'request'
    // without a tag the id of the IP header tells, which rewriting keeps
    if (p.id && request.some((r) => r.id === p.id && (r.to === p.to || r.from === p.from))) return 'request'
    if (request.length > 0 && p.tag && request.some((r) => r.from === p.from || r.to === p.to || r.sport === p.sport)) return 'request'
    return undefined
  }
}

/** The rules that a leg's packets met, in order, each packet's first way through each place. */
export function tracesOf(traces: readonly TraceSeen[], leg: readonly PacketSeen[], all: Legs): TraceSeen[] {
  const ids = new Set(leg.map((p) => p.id).filter((id) => id))
  const errors = leg === all.error
  return traces.filter((t) => {
    if (t.from === undefined) return false
    if (!leg.some((p) => p.from === t.from && p.sport === t.sport) && !leg.some((p) => p.to === t.to && p.dport === t.dport)) return false
    // the SYN's id is kept on its way; an answer may have none
    return errors || ids.size === 0 || t.ipid === undefined || t.ipid === 0 || ids.has(t.ipid)
  })
}

/** The rules that met the packets in which a leg's travelled. */
export const carriersOf = (traces: readonly TraceSeen[], leg: readonly PacketSeen[]): TraceSeen[] =>
  traces.filter((t) => leg.some(({ outer }) => outer && t.ipid === outer.id && t.from === outer.from && t.to === outer.to))
