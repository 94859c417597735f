// A followed packet as the map shows it: the places it came through, where it died, where it would have gone. Pure; used by map-drawing.tsx.
import type { PathHop, PathResult } from '../../labs/spec/path.ts'
import { deadHop } from '../path/hop-groups.ts'
import { verdictIcon } from '../path/verdict-text.ts'
import type { Texts } from '../texts/texts.ts'
import type { Line } from './map-layout.ts'

export interface PacketOnMap {
  /** in order; the packet was seen at the last one */
  places: string[]
  /** the last one is where it ended badly */
  died?: 'drop' | 'fail'
  /** where it would have gone on to */
  beyond?: string
  /** what happened to it, by place */
  notes: ReadonlyMap<string, Line[]>
}

/** Hops up to the one that ended it; of an answered one the request's. */
function hopsToShow(result: PathResult): PathHop[] {
  const dead = deadHop(result)
  const upTo = dead === undefined ? result.hops.filter(({ leg }) => leg === 'request' || leg === 'lookup') : result.hops.slice(0, dead + 1)
  return upTo.filter(({ outcome }) => outcome !== 'not-reached')
}

function noteOf({ outcome, rewritten, packet, title, rule }: PathHop, isDead: boolean, service: string | undefined, texts: Texts): Line[] {
  if (isDead) {
    const where = rule?.number === undefined ? title : `${title}, ${texts.path.ruleOf(rule.number, rule.of)}`
    return [{ text: `${texts.path.outcomes[outcome]}: ${where}`, tone: 'dead' }]
  }
  if (!rewritten || !packet) return []
  if (rewritten.to !== packet.to) return [{ text: texts.map.sentTo(service, rewritten.to), tone: 'rewritten' }]
  return rewritten.from === packet.from ? [] : [{ text: texts.map.sentFrom(rewritten.from), tone: 'rewritten' }]
}

export function packetOnMap(result: PathResult, texts: Texts): PacketOnMap {
  const hops = hopsToShow(result)
  const dead = deadHop(result)
  const places = hops.map(({ place }) => place).filter((place, n, all) => place !== all[n - 1])
  const { state, place } = result.verdict
  const ended = state !== 'delivered' && state !== 'unknown'
  if (ended && place !== undefined && places.at(-1) !== place) places.push(place)
  const notes = new Map<string, Line[]>()
  for (const hop of hops) {
    const isDead = dead !== undefined && hop === result.hops[dead]
    const lines = noteOf(hop, isDead, result.service, texts)
    if (lines.length > 0) notes.set(hop.place, [...(notes.get(hop.place) ?? []), ...lines])
  }
  const tone = verdictIcon(state).tone
  const beyond = result.hops.find(({ outcome }) => outcome === 'not-reached')?.place
  return {
    places,
    ...(ended ? { died: tone === 'fail' ? tone : 'drop' } : {}),
    ...(ended && beyond !== undefined ? { beyond } : {}),
    notes,
  }
}
