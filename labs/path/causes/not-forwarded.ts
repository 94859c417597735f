// It came into a node and the kernel itself did not pass it on: no router, wrong way back, no route.
import { askAll, firstLine, quote } from '../ask.ts'
import type { Cause } from '../finding.ts'
import { dnatTarget } from '../rules.ts'
import type { LegName, Scene } from '../scene.ts'
import type { PacketSeen } from '../witness.ts'

/** Where it would have gone from here: its destination after this node's own rewriting. */
export function destinationAt(scene: Scene, leg: LegName, packet: PacketSeen): string {
  const decisions = scene.decisions(packet.place, leg)
  const forwarded = decisions.find((t) => t.oif !== undefined && t.to !== undefined)
  if (forwarded?.to) return forwarded.to
  const rewritten = decisions
    .filter((t) => t.type === 'rule')
    .map((t) => dnatTarget(scene.ruleOf(t)?.text ?? ''))
    .findLast((target) => target !== undefined)
  return rewritten?.split(':')[0] ?? packet.to
}

const noRoute = /unreachable|No route|Invalid argument|Permission denied/i

/** In from that interface: a packet that is sent in a circle comes to a node twice. */
const reachedForward = (scene: Scene, leg: LegName, place: string, iface: string) =>
  scene.decisions(place, leg).some((t) => t.oif !== undefined && t.iif === iface)

/** Only for a packet that arrived at a node, is for somebody else, and whose place traced it without a word from FORWARD. */
export const notForwarded: Cause = async (scene, leg, last) => {
  const { place, interface: iface } = last
  if (last.dir !== 'in' || !scene.sawDecisions(place, leg) || reachedForward(scene, leg, place, iface)) return undefined
  const destination = destinationAt(scene, leg, last)
  if (scene.map.addressOf.get(place) === destination) return undefined
  const facts = await askAll(scene.ask, place, {
    forward: 'sysctl -n net.ipv4.ip_forward',
    own: `sysctl -n net.ipv4.conf.${quote(iface)}.forwarding`,
    filterAll: 'sysctl -n net.ipv4.conf.all.rp_filter',
    filterOwn: `sysctl -n net.ipv4.conf.${quote(iface)}.rp_filter`,
    back: `ip route get ${last.from}`,
    route: `ip route get ${destination} from ${last.from} iif ${quote(iface)}`,
    entry: `ip route show match ${destination} | tail -n 1`,
    sourceEntry: `ip route show match ${last.from} | tail -n 1`,
  })
  const words = { place, interface: iface, source: last.from, destination }
  const seen = `${place}: arrived on ${iface}, no rule of FORWARD was asked`
  if (facts.forward === '0' || facts.own === '0') {
    const setting = facts.forward === '0' ? 'net.ipv4.ip_forward' : `net.ipv4.conf.${iface}.forwarding`
    return {
      state: 'dropped',
      cause: 'forwarding-off',
      leg,
      place,
      hop: { kind: 'setting', title: setting, detail: `${setting} = 0`, outcome: 'dropped', command: `sysctl ${setting}` },
      sentence: (texts) => texts['forwarding-off']({ ...words, setting }),
      evidence: [seen, `${place}: ${setting} = 0`],
    }
  }
  const strict = Math.max(Number(facts.filterAll) || 0, Number(facts.filterOwn) || 0) === 1
  const backVia = / dev (\S+)/.exec(facts.back)?.[1]
  if (strict && backVia !== undefined && backVia !== iface) {
    return {
      state: 'dropped',
      cause: 'reverse-path',
      leg,
      place,
      hop: {
        kind: 'setting',
        title: 'rp_filter',
        detail: `rp_filter = 1; ${firstLine(facts.back)}`,
        outcome: 'dropped',
        command: `ip route get ${last.from}`,
      },
      sentence: (texts) => texts['reverse-path']({ ...words, back: backVia }),
      evidence: [seen, `${place}: rp_filter = 1`, `${place}, ip route get ${last.from}: ${firstLine(facts.back)}`],
    }
  }
  // a source that cannot be answered is dropped before the way on is looked up
  if (noRoute.test(facts.back)) {
    const route = facts.sourceEntry || firstLine(facts.back)
    return {
      state: 'dropped',
      cause: 'source-unroutable',
      leg,
      place,
      hop: { kind: 'route', title: 'route', detail: route, outcome: 'dropped', command: `ip route get ${last.from}` },
      sentence: (texts) => texts['source-unroutable']({ ...words, route }),
      evidence: [seen, `${place}, ip route get ${last.from}: ${firstLine(facts.back)}`],
    }
  }
  if (noRoute.test(facts.route)) {
    const said = firstLine(facts.route)
    // blackhole and prohibit are errors of their own; the entry says it in words
    const route = /^(?:blackhole|prohibit|unreachable|throw) /.test(facts.entry) ? facts.entry : said
    return {
      state: 'dropped',
      cause: 'no-route',
      leg,
      place,
      hop: {
        kind: 'route',
        title: 'route',
        detail: route,
        outcome: 'dropped',
        command: `ip route get ${destination} from ${last.from} iif ${iface}`,
      },
      sentence: (texts) => texts['no-route']({ ...words, route }),
      evidence: [seen, `${place}, ip route get ${destination} from ${last.from} iif ${iface}: ${said}`],
    }
  }
  return undefined
}
