// The way of a packet as a list: what was seen on interfaces, the rules it met, the route it took, and where it ended. Used by follow.ts.
import type { PathHop } from '../spec/path.ts'
import type { Finding } from './finding.ts'
import { dnatTarget } from './rules.ts'
import type { LegName, Route, Scene } from './scene.ts'
import type { PacketSeen, TraceSeen } from './witness.ts'

export interface Way {
  hops: PathHop[]
  /** index of the hop where it ended */
  dead?: number
}

const port = (address: string, number: number | undefined) => (number ? `${address}:${number}` : address)
const ends = (p: { from?: string; to?: string; sport?: number; dport?: number }) => ({
  from: port(p.from ?? '', p.sport),
  to: port(p.to ?? '', p.dport),
})

export function composeHops(scene: Scene, finding: Finding): Way {
  const hops: PathHop[] = []
  const legs: LegName[] = [
    'request',
    ...(scene.legs.reply.length > 0 ? (['reply'] as const) : scene.legs.error.length > 0 ? (['error'] as const) : []),
  ]
  const start = scene.legs.request[0]?.t ?? 0
  let dead: number | undefined
  for (const leg of legs) {
    for (const { place, seen } of visits(scene, leg)) {
      const decisions = scene.decisions(place, leg)
      // what arrived is seen before the rules, what leaves after them
      for (const p of seen.filter((s) => s.dir === 'in')) hops.push(sighting(scene, leg, p, start))
      const route = scene.routeAt(place, leg)
      for (const t of decisions) {
        if (t === route?.decision) hops.push(routed(leg, place, route))
        const hop = decision(scene, leg, t)
        if (!hop) continue
        if (t === finding.decision) dead = hops.length
        hops.push(t === finding.decision ? { ...hop, outcome: finding.state === 'rejected' ? 'rejected' : 'dropped' } : hop)
      }
      for (const p of seen.filter((s) => s.dir === 'out')) hops.push(sighting(scene, leg, p, start))
    }
    if (leg === finding.leg && finding.hop && dead === undefined) {
      dead = hops.length
      hops.push({ leg, place: finding.place ?? scene.packet.from, ...finding.hop })
    }
  }
  if (dead === undefined && finding.hop) {
    dead = hops.length
    hops.push({ leg: finding.leg, place: finding.place ?? scene.packet.from, ...finding.hop })
  }
  if (dead === undefined && finding.state !== 'delivered' && finding.state !== 'unknown' && hops.length > 0) dead = hops.length - 1
  return { hops: [...hops, ...notReached(scene, finding, hops)], ...(dead === undefined ? {} : { dead }) }
}

/** A leg's places in order; a place where only rules saw it stands where its node's turn is. */
function visits(scene: Scene, leg: LegName): { place: string; seen: PacketSeen[] }[] {
  const list: { place: string; seen: PacketSeen[] }[] = []
  for (const packet of scene.legs[leg]) {
    const last = list.at(-1)
    if (last?.place === packet.place) last.seen.push(packet)
    else list.push({ place: packet.place, seen: [packet] })
  }
  if (leg === 'request' && list[0]?.place !== scene.packet.from && scene.sawDecisions(scene.packet.from, leg))
    list.unshift({ place: scene.packet.from, seen: [] })
  return list
}

function sighting(scene: Scene, leg: LegName, p: PacketSeen, start: number): PathHop {
  const filter = p.proto === 'icmp' ? `icmp and host ${p.from}` : `${p.proto} port ${p.dport} and host ${p.from}`
  const arrived = p.dir === 'in' && scene.map.placeOf.get(p.to) === p.place
  return {
    leg,
    place: p.place,
    kind: 'interface',
    title: `${p.interface} (${p.dir})`,
    interface: p.interface,
    ...(p.dir === 'in' || p.dir === 'out' ? { direction: p.dir } : {}),
    packet: {
      ...ends(p),
      protocol: p.proto === 'arp' ? 'icmp' : p.proto,
      ...(p.flags ? { flags: p.flags } : {}),
      ...(p.outer ? { outer: { from: p.outer.from, to: p.outer.to } } : {}),
    },
    atUs: Math.max(0, Math.round(p.t - start)),
    outcome: arrived ? 'delivered' : 'seen',
    command: `tcpdump -nni ${p.interface} '${filter}'`,
  }
}

const routed = (leg: LegName, place: string, { text, command }: Route): PathHop => ({
  leg,
  place,
  kind: 'route',
  title: 'route',
  detail: text,
  outcome: 'routed',
  command,
})

/** A rule that matched, or a base chain whose policy decided; what only goes back to where it came from is left out. */
function decision(scene: Scene, leg: LegName, t: TraceSeen): PathHop | undefined {
  if (t.type === 'return' || (t.type === 'rule' && t.verdict === 'continue' && !scene.ruleOf(t)?.text.includes('-j MARK'))) return undefined
  if (t.type === 'policy' && t.policy !== 'drop' && !/^FORWARD$/i.test(t.chain)) return undefined
  const rule = scene.ruleOf(t)
  const text = rule?.text.replace(/^-A \S+ /, '')
  const to = text === undefined ? undefined : dnatTarget(text)
  const masquerade = text !== undefined && /-j (?:MASQUERADE|SNAT)|\bmasquerade\b|\bsnat\b/.test(text)
  const left = masquerade ? scene.legs[leg].find((p) => p.place === t.place && p.dir === 'out') : undefined
  const before = { from: port(t.from ?? '', t.sport), to: port(t.to ?? '', t.dport) }
  const rewritten = to ? { from: before.from, to } : left ? { from: ends(left).from, to: before.to } : undefined
  return {
    leg,
    place: t.place,
    kind: 'rule',
    title: `${t.table} ${t.chain}`,
    detail: text ?? policyLine(t),
    rule: { table: t.table, chain: t.chain, ...(rule ? { number: rule.number, of: rule.of } : {}) },
    ...(t.from && (rewritten || t.verdict === 'drop') && t.proto && t.proto !== 'other'
      ? { packet: { ...before, protocol: t.proto } }
      : {}),
    ...(rewritten ? { rewritten } : {}),
    outcome:
      t.verdict === 'drop' ? 'dropped' : rewritten ? 'rewritten' : t.verdict === 'accept' || t.type === 'policy' ? 'accepted' : 'matched',
    command:
      t.family === 'ip' ? `iptables -t ${t.table} -vnL ${t.chain} --line-numbers` : `nft -a list chain ${t.family} ${t.table} ${t.chain}`,
  }
}

/** No rule decided: the chain's policy did, as its own tool prints it. */
const policyLine = ({ family, chain, policy, verdict }: TraceSeen): string =>
  family === 'ip' ? `-P ${chain} ${(policy ?? verdict).toUpperCase()}` : `policy ${policy ?? verdict}`

/** Where it would have gone on to, if that is known: the destination's own interface. */
function notReached(scene: Scene, { state, leg }: Finding, hops: readonly PathHop[]): PathHop[] {
  if (leg !== 'request' || ['delivered', 'refused', 'no-answer', 'unknown'].includes(state)) return []
  const address = hops.findLast((hop) => hop.rewritten)?.rewritten?.to ?? hops.findLast((hop) => hop.packet)?.packet?.to
  const place = address && scene.map.placeOf.get(address.split(':')[0] as string)
  if (!place || hops.some((hop) => hop.place === place)) return []
  const number = address.split(':')[1]
  return [{ leg, place, kind: number ? 'listener' : 'interface', title: number ? `:${number}` : 'eth0', outcome: 'not-reached' }]
}
