// A packet from bench to worker: the places where it can be thrown away, in the kernel's order, with the reason it gives there. Pure.

export const packets = ['shop', 'closed', 'archive', 'ttl'] as const
export type PacketKind = (typeof packets)[number]
/** `rule`: raw PREROUTING drops what comes from bench for port 30080. `back`: the route to bench leads over another link. The last two: policy rules. */
export const faults = ['none', 'rule', 'back', 'unreachable', 'blackhole'] as const
export type Fault = (typeof faults)[number]
export type DropPlace = 'rule' | 'back' | 'route' | 'ttl' | 'socket'
export type Reason = 'NETFILTER_DROP' | 'IP_RPFILTER' | 'IP_INNOROUTES' | 'NOT_SPECIFIED' | 'IP_INHDR' | 'NO_SOCKET'
/** What bench gets: an answer, a TCP reset, an ICMP error, or nothing. */
export type Reply = 'answer' | 'reset' | 'icmp' | 'nothing'

interface Sent {
  port: number | undefined
  ttl: number
  /** where its route leads: to a Pod, to worker itself, or through worker to the networks of archive */
  to: 'pod' | 'worker' | 'archive'
}
const sent: Record<PacketKind, Sent> = {
  shop: { port: 30080, ttl: 64, to: 'pod' },
  closed: { port: 81, ttl: 64, to: 'worker' },
  archive: { port: 80, ttl: 64, to: 'archive' },
  ttl: { port: undefined, ttl: 1, to: 'archive' },
}

interface Drop {
  reason: Reason
  reply: Reply
}
/** Each place with the drop it makes; undefined: the packet goes on. A place that the packet does not come by says `skip`. */
const places: readonly [DropPlace, (packet: Sent, fault: Fault) => Drop | undefined | 'skip'][] = [
  ['rule', ({ port }, fault) => (fault === 'rule' && port === 30080 ? { reason: 'NETFILTER_DROP', reply: 'nothing' } : undefined)],
  [
    'route',
    ({ to }, fault) => {
      if (to !== 'archive') return undefined
      if (fault === 'unreachable') return { reason: 'IP_INNOROUTES', reply: 'icmp' }
      return fault === 'blackhole' ? { reason: 'NOT_SPECIFIED', reply: 'nothing' } : undefined
    },
  ],
  // the sender is looked at when its packet has a route
  ['back', (_, fault) => (fault === 'back' ? { reason: 'IP_RPFILTER', reply: 'nothing' } : undefined)],
  ['ttl', ({ to, ttl }) => (to === 'worker' ? 'skip' : ttl <= 1 ? { reason: 'IP_INHDR', reply: 'icmp' } : undefined)],
  ['socket', ({ to }) => (to === 'worker' ? { reason: 'NO_SOCKET', reply: 'reset' } : 'skip')],
]

export interface DropStep {
  place: DropPlace
  did: 'passes' | 'dropped' | 'never'
}
export interface Fate {
  steps: DropStep[]
  reason: Reason | undefined
  reply: Reply
}

/** bench's ways are as in the lab; nobody on worker listens at port 81. */
export function receive(kind: PacketKind, fault: Fault): Fate {
  let drop: Drop | undefined
  const steps = places.map(([place, ask]): DropStep => {
    const answer = drop ? 'skip' : ask(sent[kind], fault)
    if (answer === 'skip') return { place, did: 'never' }
    drop = answer
    return { place, did: answer ? 'dropped' : 'passes' }
  })
  return { steps, reason: drop?.reason, reply: drop?.reply ?? 'answer' }
}
