// Puts what every place reported together: who is wired to whom. Pure; used by map-watch.ts.
import type { LinkEnd, MapLink, MapPlace, NetworkMap } from '../spec/map.ts'
import type { PlaceReport, ReadInterface } from './place-report.ts'

/** A place as the runtime and the API name it. */
export interface PlaceFacts extends Pick<MapPlace, 'place' | 'label' | 'group' | 'address' | 'node' | 'hostNetwork'> {}

export interface KnownPlace {
  facts: PlaceFacts
  /** the last one that was read */
  report?: PlaceReport
  unread?: string
}

const end = ({ facts }: KnownPlace, { name }: ReadInterface): LinkEnd => ({ place: facts.place, interface: name })

/** The ends of a veth pair have each other's number. A number is one namespace's: a pod is looked for on its own node only. */
function podLinks(pod: KnownPlace, node: KnownPlace): MapLink[] {
  return (pod.report?.interfaces ?? []).flatMap((inPod) => {
    const onNode = node.report?.interfaces.find((other) => other.index === inPod.peerIndex && other.peerIndex === inPod.index)
    return inPod.peerElsewhere && onNode?.peerElsewhere ? [{ from: end(pod, inPod), to: end(node, onNode) }] : []
  })
}

/** Nodes and outside hosts hang on one network; what else leaves their namespace goes to pods. */
function lanLinks(place: KnownPlace, isPodEnd: (end: LinkEnd) => boolean): MapLink[] {
  return (place.report?.interfaces ?? [])
    .filter((one) => one.kind === 'veth' && one.peerElsewhere && !one.master && one.name.startsWith('eth'))
    .map((one) => ({ from: end(place, one) }))
    .filter(({ from }) => !isPodEnd(from))
}

function shown({ facts, report, unread }: KnownPlace): MapPlace {
  return {
    ...facts,
    interfaces: (report?.interfaces ?? []).map(({ index, peerIndex, peerElsewhere, ...seen }) => seen),
    routes: report?.routes ?? [],
    rules: report?.rules ?? [],
    ...(report?.leftOut ? { leftOut: report.leftOut } : {}),
    ...(unread === undefined ? {} : { unread }),
  }
}

export function composeMap(places: readonly KnownPlace[], leftOut: number): Omit<NetworkMap, 'at'> {
  const nodes = new Map(places.filter(({ facts }) => facts.group === 'node').map((node) => [node.facts.place, node]))
  const toPods = places.flatMap((pod) => {
    const node = pod.facts.node === undefined || pod.facts.hostNetwork ? undefined : nodes.get(pod.facts.node)
    return node ? podLinks(pod, node) : []
  })
  const podEnds = new Set(toPods.map(({ to }) => JSON.stringify(to)))
  const toLan = places
    .filter(({ facts }) => facts.group !== 'pod')
    .flatMap((place) => lanLinks(place, (one) => podEnds.has(JSON.stringify(one))))
  return { places: places.map(shown), links: [...toLan, ...toPods], ...(leftOut > 0 ? { leftOut } : {}) }
}
