// What differs between two maps of one lab, a line each. Pure and browser-safe: the page marks and announces it, the CLI prints it.
import type { MapPlace, NetworkMap } from './map.ts'

export interface MapChange {
  what: 'place' | 'interface' | 'address' | 'route' | 'rule' | 'state'
  how: 'new' | 'gone'
  /** target text and label of the place where it is */
  place: string
  label: string
  /** the route, the rule, the address on its interface …; of a place its label */
  text: string
}

type Facts = Record<Exclude<MapChange['what'], 'place'>, Set<string>>

/** Everything about a place that can come and go, as text. A state is written only where it is not the usual one. */
function factsOf({ interfaces, routes, rules }: MapPlace): Facts {
  return {
    interface: new Set(interfaces.map(({ name }) => name)),
    address: new Set(interfaces.flatMap(({ name, addresses }) => addresses.map((address) => `${address} ${name}`))),
    route: new Set(routes),
    rule: new Set(rules),
    state: new Set(interfaces.flatMap(({ name, up, carrier }) => (!up ? [`${name} down`] : carrier ? [] : [`${name} no carrier`]))),
  }
}

const kinds = ['interface', 'address', 'route', 'rule', 'state'] as const

function changesAt(before: MapPlace, after: MapPlace): MapChange[] {
  const [old, now] = [factsOf(before), factsOf(after)]
  const at = { place: after.place, label: after.label }
  return kinds.flatMap((what) => [
    ...[...old[what]].filter((text) => !now[what].has(text)).map((text): MapChange => ({ what, how: 'gone', ...at, text })),
    ...[...now[what]].filter((text) => !old[what].has(text)).map((text): MapChange => ({ what, how: 'new', ...at, text })),
  ])
}

/** A place whose first reading failed, or that has none yet, has no facts to compare. */
const isRead = (place: MapPlace) => place.hostNetwork === true || place.interfaces.length > 0

export function mapChanges(before: NetworkMap, after: NetworkMap): MapChange[] {
  const old = new Map(before.places.map((place) => [place.place, place]))
  const now = new Map(after.places.map((place) => [place.place, place]))
  const whole = ({ place, label }: MapPlace, how: MapChange['how']): MapChange => ({ what: 'place', how, place, label, text: label })
  return [
    ...before.places.filter(({ place }) => !now.has(place)).map((place) => whole(place, 'gone')),
    ...after.places.flatMap((place) => {
      const was = old.get(place.place)
      if (!was) return [whole(place, 'new')]
      return isRead(was) && isRead(place) ? changesAt(was, place) : []
    }),
  ]
}
