// All that is known when a verdict is sought: the map, what was seen, and how to ask for more. Used by judge.ts, the causes and hops.ts.
import { type Ask, askAll, firstLine, quote } from './ask.ts'
import { type LabMap, nodeOf, type ServicePort } from './lab-map.ts'
import { carriersOf, type Legs, sortIntoLegs, tracesOf } from './legs.ts'
import type { Observation, ProbePacket } from './observe.ts'
import { type RuleBook, type RuleText, readRules, ruleKey, ruleScripts } from './rules.ts'
import type { PacketSeen, TraceSeen } from './witness.ts'

export type LegName = 'request' | 'reply' | 'error'

export interface Scene extends Observation {
  map: LabMap
  packet: ProbePacket
  service: ServicePort | undefined
  legs: Legs
  /** netfilter's decisions about a leg at a place, in order, without our own rules */
  decisions(place: string, leg: LegName): TraceSeen[]
  /** the same about the packets that carried the leg's through a tunnel */
  carrierDecisions(place: string, leg: LegName): TraceSeen[]
  /** whether that place traced this leg at all: only then its silence proves something */
  sawDecisions(place: string, leg: LegName): boolean
  ruleOf(trace: TraceSeen): RuleText | undefined
  /** the route that a packet took through a place, as `ip route get` tells it now */
  routeAt(place: string, leg: LegName): Route | undefined
  ask: Ask
}

/** The witnesses' own rules. */
const isOwn = (t: TraceSeen) => t.table.startsWith('podwire_path')

export interface Route {
  /** the rules of this hook and later ones came after it */
  decision: TraceSeen
  text: string
  command: string
}

export interface SceneParts {
  map: LabMap
  packet: ProbePacket
  service: ServicePort | undefined
  observation: Observation
  ask: Ask
}

/** Reads the rules of every place whose rules were met. */
export async function setScene({ map, packet, service, observation, ask }: SceneParts): Promise<Scene> {
  const { from, protocol, port = 0 } = packet
  const legs = sortIntoLegs(observation.packets, observation.traces, { from, protocol, port })
  const traced = {
    request: tracesOf(observation.traces, opening(legs, packet), legs),
    reply: tracesOf(observation.traces, legs.reply, legs),
    error: tracesOf(observation.traces, legs.error, legs),
  }
  const carriers = {
    request: carriersOf(observation.traces, legs.request),
    reply: carriersOf(observation.traces, legs.reply),
    error: carriersOf(observation.traces, legs.error),
  }
  const places = new Set(
    [...traced.request, ...traced.reply, ...carriers.request, ...carriers.reply].filter((t) => !isOwn(t)).map((t) => t.place),
  )
  const books = new Map<string, RuleBook>()
  const routes = new Map<string, Route>()
  const read = async (place: string) => {
    const through = (['request', 'reply'] as const).flatMap((leg) => {
      const decision = traced[leg].find((t) => t.place === place && !isOwn(t) && t.iif !== undefined && t.oif !== undefined)
      return decision ? [{ leg, decision, command: `ip route get ${decision.to} from ${decision.from} iif ${decision.iif}` }] : []
    })
    const scripts = Object.fromEntries(through.map(({ leg, decision: { to, from, iif } }) => [leg, routeScript(to, from, iif)]))
    const { iptables, nft, ...texts } = await askAll<string>(ask, place, { ...ruleScripts, ...scripts })
    books.set(place, readRules({ iptables: iptables ?? '', nft: nft ?? '' }))
    for (const { leg, ...route } of through) routes.set(`${place} ${leg}`, { ...route, text: firstLine(texts[leg] ?? '') })
  }
  await Promise.all([...places].map(read))
  return {
    ...observation,
    map,
    packet,
    service,
    legs,
    decisions: (place, leg) => firstWay(traced[leg].filter((t) => t.place === place && !isOwn(t))),
    carrierDecisions: (place, leg) => firstWay(carriers[leg].filter((t) => t.place === place && !isOwn(t))),
    sawDecisions: (place, leg) => traced[leg].some((t) => t.place === place),
    ruleOf: (t) => (t.handle === undefined ? undefined : books.get(t.place)?.get(ruleKey(t.family, t.table, t.handle))),
    routeAt: (place, leg) => routes.get(`${place} ${leg}`),
    ask,
  }
}

const routeScript = (to = '', from = '', iif = '') => `ip route get ${to} from ${from} iif ${quote(iif)}`

/** A packet that its sender's own rules dropped was seen on no interface: its addresses are known all the same. */
function opening(legs: Legs, { from, address, toPort, port, protocol }: ProbePacket): PacketSeen[] {
  if (legs.request.length > 0) return legs.request
  const ports = protocol === 'icmp' ? {} : { sport: port, dport: toPort }
  return [{ place: from, t: 0, n: 0, interface: '', dir: 'out', proto: protocol, from: '', to: address, length: 0, e: 'packet', ...ports }]
}

/** Up to where the first event comes again: the same packet sent twice, or a later one of the connection. */
function firstWay(traces: TraceSeen[]): TraceSeen[] {
  const seen = new Set<string>()
  const again = traces.findIndex((t) => {
    const key = `${t.table} ${t.chain} ${t.handle} ${t.type} ${t.from}:${t.to}`
    return seen.has(key) || !seen.add(key)
  })
  return again < 0 ? traces : traces.slice(0, again)
}

export const lastOf = (scene: Scene, leg: LegName): PacketSeen | undefined => scene.legs[leg].at(-1)

/** The place with this address, if it is one of the lab's. */
export const ownerOf = (scene: Scene, address: string): string | undefined => scene.map.placeOf.get(address)

export const nodeOfAddress = (scene: Scene, address: string): string | undefined => {
  const owner = ownerOf(scene, address)
  return owner && nodeOf(scene.map, owner)
}
