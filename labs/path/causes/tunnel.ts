// It travelled inside another packet, and that one was lost, or what came out of it was for somebody else.
import { askAll, quote } from '../ask.ts'
import type { Cause, Finding } from '../finding.ts'
import { nodeOfAddress, ownerOf, type Scene } from '../scene.ts'
import type { PacketSeen } from '../witness.ts'
import { endOf, ruleFinding } from './netfilter.ts'

/** The machine that got the outer packet dropped it by a rule of its own: its trace names the rule. */
export const carrierDropped: Cause = async (scene, leg, last) => {
  const { outer, place } = last
  if (!outer || last.dir !== 'in') return undefined
  const end = endOf(scene.carrierDecisions(place, leg))
  if (!end) return undefined
  const finding = ruleFinding(scene, leg, end)
  return { ...finding, sentence: (texts) => texts.carried({ from: outer.from, to: outer.to, sentence: finding.sentence(texts) }) }
}

interface Tunnel {
  interface: string
  vni: number
  mac: string
}

/** `ip -d -o link show type vxlan`. */
export function readTunnels(links: string): Tunnel[] {
  return links.split('\n').flatMap((line) => {
    const found = /^\d+: ([^:@\s]+).* link\/ether (\S+).* vxlan id (\d+)/.exec(line)
    return found ? [{ interface: found[1] as string, mac: found[2] as string, vni: Number(found[3]) }] : []
  })
}

const listTunnels = 'ip -d -o link show type vxlan'

/** It came out of no tunnel: the machine has none with the number that the outer packet names. */
export const noSuchNetwork: Cause = async (scene, leg, last) => {
  const { outer, place } = last
  const vni = outer?.vni
  if (!outer || vni === undefined || last.dir !== 'in' || !arrivedAt(scene, last)) return undefined
  const tunnels = readTunnels(await scene.ask(place, listTunnels))
  if (tunnels.some((tunnel) => tunnel.vni === vni)) return undefined
  const own = tunnels.map((tunnel) => `${tunnel.interface} has ${tunnel.vni}`)
  return {
    state: 'dropped',
    cause: 'no-such-network',
    leg,
    place,
    hop: { kind: 'setting', title: 'VXLAN', detail: own.join(', ') || 'no VXLAN interface', outcome: 'dropped', command: listTunnels },
    sentence: (texts) => texts['no-such-network']({ place, from: outer.from, vni, tunnels }),
    evidence: [
      `${place} ${last.interface}: VXLAN packet from ${outer.from} with VNI ${vni}`,
      `${place}, ${listTunnels}: ${own.join(', ')}`,
    ],
  }
}

/** The outer packet is for this machine. */
const arrivedAt = (scene: Scene, { outer, place }: PacketSeen) => outer !== undefined && ownerOf(scene, outer.to) === place

/** It came out of a tunnel with a MAC that is not this end's: what the sender has written down about the other end is wrong. */
export const strangerInTunnel: Cause = async (scene, leg, last) => {
  if (leg !== 'request' || !last.outer || last.dir !== 'in' || !arrivedAt(scene, last)) return undefined
  const stray = scene.legs.astray.find((p) => p.place === last.place && p.mac && p.from === last.from && p.to === last.to)
  const sent =
    stray && scene.legs.request.findLast((p) => p.dir === 'out' && !p.outer && p.mac?.to === stray.mac?.to && p.place !== last.place)
  if (!sent || !stray?.mac) return undefined
  return (await sentToWrongEnd(scene, sent, stray.mac.to, last.outer.to)) ?? (await oldMac(scene, sent, stray, last.place))
}

/** Its forwarding entry names another machine than the one whose MAC it is. */
async function sentToWrongEnd(scene: Scene, sent: PacketSeen, mac: string, end: string): Promise<Finding | undefined> {
  const node = nodeOfAddress(scene, sent.to)
  const wanted = node && scene.map.addressOf.get(node)
  if (!node || !wanted || wanted === end) return undefined
  const { place, interface: iface } = sent
  const command = `bridge fdb show dev ${iface}`
  const entries = await scene.ask(place, `bridge fdb show dev ${quote(iface)}`)
  const entry = entries.split('\n').find((line) => line.startsWith(mac) && line.includes(` dst ${end} `))
  if (!entry) return undefined
  return {
    state: 'misrouted',
    cause: 'tunnel-elsewhere',
    leg: 'request',
    place,
    hop: { kind: 'neighbour', title: `forwarding entry ${mac}`, detail: entry.trim(), outcome: 'stuck', command },
    sentence: (texts) =>
      texts['tunnel-elsewhere']({ place, destination: sent.to, node, end: ownerOf(scene, end), address: end, entry: entry.trim() }),
    evidence: [`${place}, ${command}: ${entry.trim()}`, `${sent.to} is on ${node}, ${wanted}`],
  }
}

async function oldMac(scene: Scene, sent: PacketSeen, stray: PacketSeen, owner: string): Promise<Finding | undefined> {
  const { place, interface: iface } = sent
  const mac = stray.mac?.to ?? ''
  const command = `ip neigh show dev ${iface}`
  const [neighbours, tunnels] = await Promise.all([scene.ask(place, `ip neigh show dev ${quote(iface)}`), scene.ask(owner, listTunnels)])
  const entry = neighbours
    .split('\n')
    .find((line) => line.includes(` ${mac} `))
    ?.trim()
  const address = entry?.split(' ')[0]
  if (!entry || !address || tunnels.includes(mac)) return undefined
  return {
    state: 'stuck',
    cause: 'wrong-neighbour',
    leg: 'request',
    place,
    hop: { kind: 'neighbour', title: `neighbour ${address}`, detail: entry, outcome: 'stuck', command },
    sentence: (texts) => texts['wrong-neighbour']({ place, interface: iface, address, owner, mac, entry }),
    evidence: [`${owner} ${stray.interface}: a frame for ${mac}, which is not its own`, `${place}, ${command}: ${entry}`],
  }
}

/** The packet that was to carry it never left the machine: nobody has been told where the other end is. */
export const lostInTunnel: Cause = async (scene, leg, last) => {
  if (last.dir !== 'out' || last.outer || leg !== 'request' || !last.mac) return undefined
  const { place, interface: iface, mac } = last
  const command = `bridge fdb show dev ${iface}`
  const facts = await askAll(scene.ask, place, { tunnels: listTunnels, entries: `bridge fdb show dev ${quote(iface)}` })
  if (!readTunnels(facts.tunnels).some((tunnel) => tunnel.interface === iface)) return undefined
  if (facts.entries.split('\n').some((line) => line.startsWith(mac.to) || line.startsWith('00:00:00:00:00:00'))) return undefined
  const { to } = mac
  return {
    state: 'dropped',
    cause: 'no-tunnel-end',
    leg,
    place,
    hop: { kind: 'neighbour', title: `forwarding entry ${to}`, detail: 'none', outcome: 'dropped', command },
    sentence: (texts) => texts['no-tunnel-end']({ place, interface: iface, mac: to }),
    evidence: [`${place} ${iface}: sent to ${to}`, `${place}, ${command}: no entry for ${to}`],
  }
}
