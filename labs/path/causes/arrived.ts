// It reached the machine it was for, and that machine refused it or kept silent.
import { type Ask, askAll, firstLine } from '../ask.ts'
import type { Cause, Finding } from '../finding.ts'
import { lastOf, ownerOf, type Scene } from '../scene.ts'
import type { PacketSeen } from '../witness.ts'
import { nextHop, stuckOnArp, unansweredArp } from './neighbour.ts'

export interface Listener {
  address: string
  port: number
  /** connections that wait to be accepted, and how many may */
  waiting: number
  room: number
}

export function readListeners(ss: string): Listener[] {
  return ss.split('\n').flatMap((line) => {
    const [, waiting, room, local = ''] = line.trim().split(/\s+/)
    const parts = /^(.*):(\d+)$/.exec(local)
    if (!parts) return []
    const address = (parts[1] as string)
      .replace(/[[\]]/g, '')
      .replace(/%.*/, '')
      .replace(/^::ffff:/, '')
    return [{ address, port: Number(parts[2]), waiting: Number(waiting), room: Number(room) }]
  })
}

const listenersAt = async (ask: Ask, place: string, protocol: 'tcp' | 'udp') => readListeners(await ask(place, `ss -Hln${protocol[0]}`))
const isLoopback = (address: string) => address.startsWith('127.') || address === '::1'
const takes = (l: Listener, port: number, address: string) => l.port === port && ['*', '0.0.0.0', '::', address].includes(l.address)

/** A reset, or ICMP port unreachable, that the destination itself sent, where no socket takes the port. */
export async function refused(scene: Scene, sent: PacketSeen): Promise<Finding | undefined> {
  const { protocol } = scene.packet
  if (protocol === 'icmp') return undefined
  const { place } = sent
  const arrived = scene.legs.request.findLast((p) => p.place === place && p.dir === 'in')
  if (!arrived || ownerOf(scene, arrived.to) !== place || sent.dir !== 'out') return undefined
  const port = arrived.dport ?? 0
  const listeners = await listenersAt(scene.ask, place, protocol)
  if (listeners.some((l) => takes(l, port, arrived.to))) return undefined // a rule in there, or it has only just begun to listen
  const inside = listeners.find((l) => l.port === port && isLoopback(l.address))
  const others = [...new Set(listeners.filter((l) => !isLoopback(l.address)).map((l) => l.port))].sort((a, b) => a - b)
  const words = { place, port, protocol, others, address: inside?.address }
  const command = `ss -ln${protocol[0]}p`
  return {
    state: 'refused',
    cause: inside ? 'loopback-only' : 'no-listener',
    leg: 'request',
    place,
    hop: { kind: 'listener', title: `:${port}`, detail: inside ? `${inside.address}:${port}` : undefined, outcome: 'refused', command },
    sentence: (texts) => (inside ? texts['loopback-only'](words) : texts['no-listener'](words)),
    evidence: [
      `${place} ${sent.interface}: ${sent.proto === 'icmp' ? 'ICMP port unreachable' : sent.flags} made there`,
      `${place}, ${command}: ${listeners.map((l) => `${l.address}:${l.port}`).join(' ') || 'nothing listens'}`,
    ],
  }
}

/** It is the destination, and no answer left it. */
export const silentThere: Cause = async (scene, leg, last) => {
  const { place } = last
  if (leg !== 'request' || last.dir !== 'in' || ownerOf(scene, last.to) !== place) return undefined
  const facts = await askAll(scene.ask, place, {
    back: `ip route get ${last.from} from ${last.to}`,
    ignore: 'sysctl -n net.ipv4.icmp_echo_ignore_all',
  })
  const back = firstLine(facts.back)
  const arp = unansweredArp(scene, place, nextHop(back, last.from))
  if (arp) return stuckOnArp('reply', place, arp)
  if (/unreachable|No route|prohibit|blackhole|Invalid argument/i.test(back)) {
    return {
      state: 'no-answer',
      cause: 'no-route-back',
      leg: 'reply',
      place,
      hop: { kind: 'route', title: 'route', detail: back, outcome: 'dropped', command: `ip route get ${last.from}` },
      sentence: (texts) => texts['no-route-back']({ place, source: last.from, pod: sourceIsPod(scene, last.from, place) }),
      evidence: [`${place}, ip route get ${last.from}: ${back}`],
    }
  }
  if (scene.packet.protocol === 'icmp') return facts.ignore === '1' ? ignoresPing(place) : undefined
  return silentSocket(scene, last)
}

const sourceIsPod = (scene: Scene, address: string, place: string) =>
  scene.map.pods.some((pod) => pod.address === address && !pod.hostNetwork) && (place.startsWith('host/') || place === 'laptop')

function ignoresPing(place: string): Finding {
  const setting = 'net.ipv4.icmp_echo_ignore_all'
  return {
    state: 'no-answer',
    cause: 'ignores-ping',
    leg: 'request',
    place,
    hop: { kind: 'setting', title: setting, detail: `${setting} = 1`, outcome: 'dropped', command: `sysctl ${setting}` },
    sentence: (texts) => texts['ignores-ping']({ place, setting }),
    evidence: [`${place}: ${setting} = 1`],
  }
}

async function silentSocket(scene: Scene, last: PacketSeen): Promise<Finding | undefined> {
  const { place } = last
  const protocol = scene.packet.protocol === 'udp' ? 'udp' : 'tcp'
  const port = last.dport ?? 0
  const listener = (await listenersAt(scene.ask, place, protocol)).find((l) => takes(l, port, last.to))
  if (!listener) return undefined
  const full = protocol === 'tcp' && listener.waiting > listener.room
  if (protocol === 'tcp' && !full) return undefined
  const command = `ss -ln${protocol[0]}p`
  const queue = `Recv-Q ${listener.waiting}, Send-Q ${listener.room}`
  return {
    state: 'no-answer',
    cause: full ? 'queue-full' : 'silent',
    leg: 'request',
    place,
    hop: { kind: 'listener', title: `:${port}`, detail: full ? queue : undefined, outcome: 'delivered', command },
    sentence: (texts) => (full ? texts['queue-full']({ place, port, waiting: listener.waiting }) : texts.silent({ place, port, protocol })),
    evidence: [`${place}, ${command}: ${listener.address}:${listener.port} ${queue}`],
  }
}

/** bytes of a TCP packet that carries nothing, with its options */
const emptyLength = 60

/** TCP was opened, and then no answer to what was asked came. Only where none was seen on its way. */
export function connectedThenSilent(scene: Scene): Finding | undefined {
  const opened = lastOf(scene, 'reply')
  const arrived = lastOf(scene, 'request')
  if (scene.packet.protocol !== 'tcp' || scene.end.outcome !== 'timeout' || !opened || !arrived) return undefined
  if (opened.place !== scene.packet.from || opened.dir !== 'in' || opened.flags?.includes('RST') || scene.legs.reset.length > 0)
    return undefined
  if (ownerOf(scene, arrived.to) !== arrived.place) return undefined
  const answers = scene.packets.filter((p) => p.proto === 'tcp' && p.place === arrived.place && p.dir === 'out' && p.length > emptyLength)
  if (answers.some((p) => p.to === arrived.from && p.dport === arrived.sport)) return undefined // it did answer, and the answer was lost
  return {
    state: 'no-answer',
    cause: 'connected-silent',
    leg: 'reply',
    place: arrived.place,
    sentence: (texts) => texts['connected-silent']({ place: arrived.place, port: arrived.dport ?? 0 }),
    evidence: [`${scene.packet.from} ${opened.interface}: ${opened.flags} from ${opened.from}:${opened.sport}`],
  }
}
