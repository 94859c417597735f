// The places that a packet passes in worker's kernel, in their order, with one program or rule that drops it, and who has seen it. Pure.

export const ways = ['in', 'out'] as const
export type Way = (typeof ways)[number]
/** iptables stands for all of netfilter: raw PREROUTING on the way in, OUTPUT on the way out. */
export type Place = 'card' | 'xdp' | 'tcpdump' | 'tc' | 'iptables' | 'socket'
export const droppers = ['xdp', 'tc', 'iptables', 'none'] as const
export type Dropper = (typeof droppers)[number]

/** XDP is for what comes in. tcpdump is next to the card in both directions, so its side of the rules changes. */
const path: Record<Way, readonly Place[]> = {
  in: ['card', 'xdp', 'tcpdump', 'tc', 'iptables', 'socket'],
  out: ['socket', 'iptables', 'tc', 'tcpdump', 'card'],
}

export interface PathStep {
  place: Place
  /** `copies`: tcpdump gets its copy, and the packet goes on */
  did: 'passes' | 'copies' | 'drops' | 'never'
}
export interface PacketPath {
  steps: PathStep[]
  arrives: boolean
  /** what tcpdump shows, on worker's card and on that of the machine at the other end */
  seen: { worker: boolean; peer: boolean }
}

export function followPacket(way: Way, dropper: Dropper): PacketPath {
  const places = path[way]
  const end = (places as readonly string[]).indexOf(dropper)
  const last = end < 0 ? places.length - 1 : end
  const steps = places.map((place, i): PathStep => {
    if (i > last) return { place, did: 'never' }
    if (i === end) return { place, did: 'drops' }
    return { place, did: place === 'tcpdump' ? 'copies' : 'passes' }
  })
  const reached = (place: Place) => places.indexOf(place) <= last
  // what the peer sends, it shows itself before it leaves; what worker sends, it shows when it comes
  return { steps, arrives: end < 0, seen: { worker: reached('tcpdump'), peer: way === 'in' || reached('card') } }
}

/** The droppers that would explain what was seen of a packet that did not arrive: what two captures leave open. */
export const suspects = (way: Way, seen: PacketPath['seen']): Dropper[] =>
  droppers.filter((dropper) => {
    const would = followPacket(way, dropper)
    return !would.arrives && would.seen.worker === seen.worker && would.seen.peer === seen.peer
  })
