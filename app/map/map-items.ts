// What is written on the map about each place: what `ip` shows of it, and nothing else. Pure; used by map-pane.tsx.
import type { LinkEnd, MapFlow, MapInterface, MapLink, MapPlace, MapTraffic, NetworkMap } from '../../labs/spec/map.ts'
import { targetLabel } from '../lab/terminal-tabs.ts'
import type { Texts } from '../texts/texts.ts'
import type { Line, MapItem } from './map-layout.ts'
import type { PacketOnMap } from './packet-on-map.ts'

export const isEnd = (end: LinkEnd | undefined, place: string, name: string): boolean => end?.place === place && end.interface === name

const bare = (address: string) => address.replace(/\/\d+$/, '')

/** The interfaces by which a place is on the map. */
function linked({ place, interfaces }: MapPlace, links: readonly MapLink[]): MapInterface[] {
  return interfaces.filter(({ name }) => links.some(({ from }) => isEnd(from, place, name)))
}

const isPodEnd = ({ place }: MapPlace, { name }: MapInterface, links: readonly MapLink[]) => links.some(({ to }) => isEnd(to, place, name))

export function stateText({ up, carrier }: MapInterface, texts: Texts): string | undefined {
  return up ? (carrier ? undefined : texts.map.noCarrier) : texts.map.down
}

/** Interfaces besides the usual ones, more addresses than one, and links that are not up. */
function ownLines(place: MapPlace, { links }: NetworkMap, texts: Texts): Line[] {
  const main = linked(place, links)
  const dim = (text: string): Line => ({ text, tone: 'dim' })
  return place.interfaces
    .filter((one) => one.kind !== 'loopback' && !(isPodEnd(place, one, links) && one.up && one.carrier))
    .flatMap((one): Line[] => {
      const isMain = main.includes(one)
      const shown = one.addresses.slice(isMain ? 1 : 0).map((address) => (isMain ? address : bare(address)))
      const words = [...(isPodEnd(place, one, links) ? [] : shown), stateText(one, texts)].filter(Boolean)
      if (isMain && words.length === 0) return []
      return [dim([one.name, ...words].join(' '))]
    })
}

function addressOf(place: MapPlace, { links }: NetworkMap, texts: Texts): string {
  const main = linked(place, links)
  const address = main.flatMap(({ addresses }) => addresses)[0]
  if (address) return bare(address)
  if (place.interfaces.length === 0) return place.address ?? ''
  return place.interfaces.some(({ kind, addresses }) => kind !== 'loopback' && addresses.length > 0) ? '' : texts.map.noAddress
}

function lines(place: MapPlace, map: NetworkMap, texts: Texts): Line[] {
  const guests = map.places.filter(({ node, hostNetwork }) => hostNetwork && node === place.place).length
  const isLoose = place.group === 'pod' && place.interfaces.length > 0 && linked(place, map.links).length === 0
  return [
    ...ownLines(place, map, texts),
    ...(guests > 0 ? [{ text: texts.map.guests(guests), tone: 'dim' as const }] : []),
    ...(isLoose ? [{ text: texts.map.noLink, tone: 'mid' as const }] : []),
    ...(place.unread === undefined ? [] : [{ text: texts.map.unread, tone: 'mid' as const }]),
  ]
}

/** `gone`: places that went a moment ago stand where they were. */
export function mapItems(map: NetworkMap, gone: readonly MapPlace[], packet: PacketOnMap | undefined, texts: Texts): MapItem[] {
  const item = (place: MapPlace, isGone: boolean): MapItem => ({
    place,
    gone: isGone,
    name: targetLabel(place.label),
    address: isGone ? (place.address ?? '') : addressOf(place, map, texts),
    lines: isGone ? [] : [...lines(place, map, texts), ...(packet?.notes.get(place.place) ?? [])],
  })
  const items = map.places.map((place) => item(place, false))
  for (const place of gone) items.splice(formerIndex(items, place), 0, item(place, true))
  return items
}

/** Among the pods of its node, by name. */
function formerIndex(items: readonly MapItem[], { node, label }: MapPlace): number {
  const isSibling = (one: MapItem) => node !== undefined && one.place.node === node
  const next = items.findIndex((one) => isSibling(one) && one.place.label > label)
  const last = items.findLastIndex(isSibling)
  return next >= 0 ? next : last >= 0 ? last + 1 : items.length
}

export const flowAt = (traffic: MapTraffic | undefined, place: string, name: string): MapFlow | undefined =>
  traffic?.flows.find((flow) => isEnd(flow, place, name))

/** What a wire carries, as the end that is not a node's tells it; of the network's wires the only end there is. */
export const flowOn = (traffic: MapTraffic | undefined, { from }: MapLink): MapFlow | undefined =>
  flowAt(traffic, from.place, from.interface)

/** 950 B/s, 1.2 kB/s, 3.4 MB/s: units are the same in every language. */
export function rateText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B/s`
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB/s` : `${(bytes / 1_000_000).toFixed(1)} MB/s`
}

/** `172.18.0.0/16`, of most of the addresses on the shared network; IPv4, as the labs' networks are. */
export function sharedNetwork({ places, links }: NetworkMap): string | undefined {
  const counts = new Map<string, number>()
  for (const { from, to } of links) {
    const address =
      !to && places.find(({ place }) => place === from.place)?.interfaces.find(({ name }) => name === from.interface)?.addresses[0]
    const network = address ? networkOf(address) : undefined
    if (network) counts.set(network, (counts.get(network) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
}

function networkOf(address: string): string | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(address)?.slice(1).map(Number)
  if (!parts) return undefined
  const length = parts[4] as number
  const bytes = parts.slice(0, 4).map((byte, n) => byte & (0xff << Math.max(0, Math.min(8, 8 * (n + 1) - length))) & 0xff)
  return `${bytes.join('.')}/${length}`
}
