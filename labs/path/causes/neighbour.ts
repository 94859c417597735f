// The next machine on the link: it does not answer ARP, or the frame went to another one.
import { askAll, firstLine, quote } from '../ask.ts'
import type { Cause, Finding } from '../finding.ts'
import { serviceAt } from '../lab-map.ts'
import { type LegName, nodeOfAddress, ownerOf, type Scene } from '../scene.ts'
import type { PacketSeen } from '../witness.ts'
import { destinationAt } from './not-forwarded.ts'

/** This place asked who has the address, and nobody answered. */
export function unansweredArp(scene: Scene, place: string, address: string): PacketSeen | undefined {
  const arp = scene.packets.filter((p) => p.place === place && p.proto === 'arp')
  return arp.find(
    (asked) =>
      asked.dir === 'out' &&
      asked.arp?.op === 'request' &&
      asked.arp.target === address &&
      !arp.some((p) => p.dir === 'in' && p.arp?.op === 'reply' && p.arp.ip === asked.arp?.target),
  )
}

export function stuckOnArp(leg: LegName, place: string, asked: PacketSeen): Finding {
  const address = asked.arp?.target ?? ''
  return {
    state: 'stuck',
    cause: 'arp-unanswered',
    leg,
    place,
    hop: {
      kind: 'neighbour',
      title: `ARP on ${asked.interface}`,
      detail: `who has ${address}? nobody answered`,
      outcome: 'stuck',
      command: `ip neigh show dev ${asked.interface}`,
    },
    sentence: (texts) => texts['arp-unanswered']({ place, interface: asked.interface, address }),
    evidence: [`${place} ${asked.interface}: ARP who-has ${address}, no reply seen`],
  }
}

/** It was to leave here, and waits: nobody answered who has the next address. */
export const waitsForArp: Cause = async (scene, leg, last) => {
  if (last.dir !== 'in') return undefined
  const destination = destinationAt(scene, leg, last)
  const route = firstLine(await scene.ask(last.place, `ip route get ${destination}`))
  const asked = unansweredArp(scene, last.place, nextHop(route, destination))
  return asked && stuckOnArp(leg, last.place, asked)
}

/** The next hop of `ip route get`: the gateway, else the destination itself. */
export const nextHop = (route: string, destination: string) => / via ([\d.]+)/.exec(route)?.[1] ?? destination

/** It left, addressed to a machine that is not the one to take it: a neighbour entry that lies, or a route that leads elsewhere. */
export const sentElsewhere: Cause = async (scene, leg, last) => {
  if (last.dir !== 'out') return undefined
  const { place, interface: iface } = last
  const destination = last.to
  const facts = await askAll(scene.ask, place, {
    route: `ip route get ${destination} ${place.startsWith('node/') && place !== scene.packet.from ? '' : `oif ${quote(iface)}`}`,
    neighbours: `ip neigh show dev ${quote(iface)}`,
  })
  const route = firstLine(facts.route)
  const gateway = nextHop(route, destination)
  const wrong = await wrongNeighbour(scene, last, gateway, facts.neighbours)
  if (wrong) return { ...wrong, leg, place }
  return misrouted(scene, leg, last, route, gateway)
}

async function wrongNeighbour(
  scene: Scene,
  last: PacketSeen,
  gateway: string,
  neighbours: string,
): Promise<Omit<Finding, 'leg' | 'place'> | undefined> {
  const entry = neighbours.split('\n').find((line) => line.startsWith(`${gateway} `))
  const written = entry && / lladdr (\S+)/.exec(entry)?.[1]
  // a pod's gateway is an address of its node
  const owner = ownerOf(scene, gateway) ?? scene.map.pods.find((pod) => pod.place === last.place)?.node
  if (!entry || !written || !owner || last.mac?.to !== written) return undefined
  const own = await scene.ask(owner, `cat /sys/class/net/*/address; ip -o link`)
  if (own.includes(written) || !own.includes(':')) return undefined
  const { place, interface: iface } = last
  return {
    state: 'stuck',
    cause: 'wrong-neighbour',
    hop: { kind: 'neighbour', title: `neighbour ${gateway}`, detail: entry.trim(), outcome: 'stuck', command: `ip neigh show ${gateway}` },
    sentence: (texts) => texts['wrong-neighbour']({ place, interface: iface, address: gateway, owner, mac: written, entry: entry.trim() }),
    evidence: [`${place}, ip neigh: ${entry.trim()}`, `${owner} has no interface with ${written}`],
  }
}

/** A pod's packet belongs to the pod's node; a machine's own address to itself. */
function misrouted(scene: Scene, leg: LegName, last: PacketSeen, route: string, gateway: string): Finding | undefined {
  const { place, interface: iface, to: destination } = last
  const owner = ownerOf(scene, destination)
  const node = nodeOfAddress(scene, destination)
  const takes = ownerOf(scene, gateway)
  const command = `ip route get ${destination}`
  const hop = { kind: 'route' as const, title: 'route', detail: route, outcome: 'stuck' as const, command }
  const evidence = [`${place}, ip route get ${destination}: ${route}`]
  const words = { place, destination, gateway, route, owner }
  if (place.startsWith('pod/')) return undefined // a pod has one way out, to its node
  // its own gateway is a machine that we cannot look into: it may have the address
  if (!owner && !takes && gateway !== destination && / via /.test(route) && !scene.legs.reply.length) {
    const service = scene.map.ports.find((port) => port.addresses.includes(destination))
    if (service) {
      const port = last.dport ?? 0
      const hasPort = last.dport === undefined || serviceAt(scene.map, last.proto, destination, port) !== undefined
      return {
        state: 'misrouted',
        cause: 'not-translated',
        leg,
        place,
        hop,
        sentence: (texts) => texts['not-translated']({ place, destination, gateway, port, hasPort, service: service.service }),
        evidence: [...evidence, `${place} ${iface}: left for ${destination}, the address of the Service ${service.service}`],
      }
    }
    return {
      state: 'misrouted',
      cause: 'no-such-address',
      leg,
      place,
      hop,
      sentence: (texts) => texts['no-such-address']({ place, destination, gateway }),
      evidence: [...evidence, `no Service, Pod, node or outside host has ${destination}`],
    }
  }
  if (!owner || !node || place === node || takes === node || takes === owner || iface === 'lo') return undefined
  if (!route.includes(` dev ${iface}`)) return undefined // another way than the packet's: the route has changed since
  if (!scene.map.pods.some((pod) => pod.address === destination)) return undefined
  const arrived = scene.watched.has(node) && scene.legs[leg].some((p) => p.place === node && p.t > last.t)
  if (arrived) return undefined
  // a pod's address on a machine outside the cluster: it should never have got there
  if (place.startsWith('host/') || place === 'laptop')
    return {
      state: 'misrouted',
      cause: 'pod-address-outside',
      leg,
      place,
      hop,
      sentence: (texts) => texts['pod-address-outside'](words),
      evidence,
    }
  return {
    state: 'misrouted',
    cause: 'route-elsewhere',
    leg,
    place,
    hop,
    sentence: (texts) => texts['route-elsewhere']({ ...words, node }),
    evidence,
  }
}

/** netfilter let it through towards an interface, and it did not leave there. */
export const notSentOn: Cause = async (scene, leg, last) => {
  if (last.dir !== 'in') return undefined
  const out = scene.decisions(last.place, leg).findLast((t) => t.oif !== undefined)?.oif
  if (out === undefined) return undefined
  const destination = destinationAt(scene, leg, last)
  const facts = await askAll(scene.ask, last.place, { neighbours: `ip neigh show dev ${quote(out)}`, route: `ip route get ${destination}` })
  const gateway = nextHop(firstLine(facts.route), destination)
  const entry = facts.neighbours.split('\n').find((line) => line.startsWith(`${gateway} `))
  if (!entry || !/INCOMPLETE|FAILED/.test(entry)) return undefined
  return {
    state: 'stuck',
    cause: 'arp-unanswered',
    leg,
    place: last.place,
    hop: { kind: 'neighbour', title: `neighbour ${gateway}`, detail: entry.trim(), outcome: 'stuck', command: `ip neigh show dev ${out}` },
    sentence: (texts) => texts['arp-unanswered']({ place: last.place, interface: out, address: gateway }),
    evidence: [`${last.place}, ip neigh: ${entry.trim()}`],
  }
}
