// The map of a lab's network as lines for a terminal, and what changed on it. Pure; used by commands/map.ts.
import type { LinkEnd, MapFlow, MapInterface, MapPlace, MapTraffic, NetworkMap } from '../spec/map.ts'
import type { MapChange } from '../spec/map-changes.ts'
import { formatTable } from './output.ts'

const isEnd = (end: LinkEnd | undefined, place: string, name: string) => end?.place === place && end.interface === name
const short = (place: string) => place.replace(/^\w+\//, '')

function otherEnd({ links }: NetworkMap, place: string, name: string): string {
  const link = links.find(({ from, to }) => isEnd(from, place, name) || isEnd(to, place, name))
  if (!link) return ''
  if (!link.to) return "the lab's network"
  const other = isEnd(link.from, place, name) ? link.to : link.from
  return `${short(other.place)} ${other.interface}`
}

const state = ({ up, carrier }: MapInterface) => (!up ? 'down' : carrier ? 'up' : 'no carrier')

/** 950 B/s, 1.2 kB/s, 3.4 MB/s */
export function formatRate(bytes: number): string {
  if (bytes < 1000) return `${bytes} B/s`
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB/s` : `${(bytes / 1_000_000).toFixed(1)} MB/s`
}
const carried = (flow: MapFlow | undefined) => (flow ? `in ${formatRate(flow.rxBytes)}, out ${formatRate(flow.txBytes)}` : '')

function heading({ place, label, group, address, node, hostNetwork }: MapPlace): string {
  const where = node ? `on ${short(node)}` : ''
  const facts = [group === 'pod' ? place : label, group === 'host' ? 'outside host' : group === 'node' ? 'node' : '', where, address ?? '']
  return facts.filter(Boolean).join('  ') + (hostNetwork ? "  on its node's own network" : '')
}

export function placeLines(map: NetworkMap, traffic: MapTraffic | undefined, place: MapPlace): string[] {
  const rows = place.interfaces.map((one) => [
    `  ${one.name}`,
    one.kind,
    one.addresses.join(' '),
    state(one),
    [otherEnd(map, place.place, one.name), one.master && `in ${one.master}`].filter(Boolean).join(', '),
    carried(traffic?.flows.find((flow) => isEnd(flow, place.place, one.name))),
  ])
  return [
    heading(place),
    ...(place.unread === undefined ? [] : [`  not read: ${place.unread}`]),
    ...(rows.length ? formatTable(rows).split('\n') : []),
    ...place.routes.map((route) => `    ${route}`),
    ...place.rules.map((rule) => `    rule ${rule}`),
    ...(place.leftOut ? [`    and ${place.leftOut} more`] : []),
  ]
}

export function mapLines(map: NetworkMap, traffic: MapTraffic | undefined): string[] {
  if (map.places.length === 0) return ['No nodes yet: the lab has no network now.']
  return [
    ...map.places.flatMap((place, index) => [...(index ? [''] : []), ...placeLines(map, traffic, place)]),
    ...(map.leftOut ? ['', `and ${map.leftOut} more pods`] : []),
  ]
}

const whats: Record<MapChange['what'], string> = {
  place: '',
  interface: 'interface ',
  address: 'address ',
  route: 'route ',
  rule: 'rule ',
  state: '',
}

/** `worker  route gone  10.244.2.0/24 via 172.18.0.4 dev eth0` */
export const changeLine = ({ what, how, label, text }: MapChange): string =>
  what === 'place' ? `${label}  ${how}` : `${label}  ${what === 'state' && how === 'gone' ? 'no more' : `${whats[what]}${how}`}  ${text}`
