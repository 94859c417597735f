'use client'
// One place of the map in words: its interfaces and where they lead, its routes, and a way into it. Used by map-view.tsx and map-list.tsx.
import type { MapInterface, MapPlace, MapTraffic, NetworkMap } from '../../labs/spec/map.ts'
import { targetLabel } from '../lab/terminal-tabs.ts'
import { Icon } from '../shell/sprite.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import type { RecentChange } from './map-feed.ts'
import { flowAt, isEnd, rateText, stateText } from './map-items.ts'

const ownLoopback = ['127.0.0.1/8', '::1/128']
/** Every place has it; it is worth a line when somebody has changed it. */
const isUsualLoopback = ({ kind, up, addresses }: MapInterface) =>
  kind === 'loopback' && up && addresses.every((address) => ownLoopback.includes(address))

interface DetailsProps {
  map: NetworkMap
  place: MapPlace
  traffic: MapTraffic | undefined
  recent: readonly RecentChange[]
}

/** Lines as they are, with those that came or went a moment ago among them. */
function marked(lines: readonly string[], what: RecentChange['what'], { place }: MapPlace, recent: readonly RecentChange[]) {
  const own = recent.filter((change) => change.place === place && change.what === what)
  const gone = own.filter(({ how, text }) => how === 'gone' && !lines.includes(text)).map(({ text }) => text)
  return [
    ...lines.map((text) => ({ text, how: own.findLast((change) => change.text === text)?.how === 'new' ? ('new' as const) : undefined })),
    ...[...new Set(gone)].map((text) => ({ text, how: 'gone' as const })),
  ]
}

export function PlaceFacts({ map, place, traffic, recent }: DetailsProps) {
  const texts = useTexts()
  const routes = marked(place.routes, 'route', place, recent)
  const rules = marked(place.rules, 'rule', place, recent)
  const interfaces = place.interfaces.filter((one) => !isUsualLoopback(one))
  if (place.hostNetwork) return <p className="mid">{texts.map.guest(targetLabel(place.node ?? ''))}</p>
  return (
    <>
      {place.unread !== undefined && <p className="mid">{texts.map.unreadBecause(place.unread)}</p>}
      <ul className="ifs" aria-label={texts.map.interfaces}>
        {interfaces.map((one) => (
          <Interface key={one.name} map={map} place={place} one={one} traffic={traffic} recent={recent} />
        ))}
      </ul>
      <h4>{texts.map.routes(place.routes.length)}</h4>
      {routes.length === 0 ? <p className="dim">{texts.map.noRoutes}</p> : <Lines lines={routes} />}
      {rules.length > 0 && (
        <>
          <h4>{texts.map.rules}</h4>
          <Lines lines={rules} />
        </>
      )}
      {place.leftOut !== undefined && <p className="dim">{texts.map.leftOut(place.leftOut)}</p>}
    </>
  )
}

function Lines({ lines }: { lines: readonly { text: string; how: 'new' | 'gone' | undefined }[] }) {
  const texts = useTexts()
  return (
    <ul className="rts">
      {lines.map(({ text, how }) => (
        <li key={`${text} ${how === 'gone'}`} data-how={how}>
          {how === 'gone' ? (
            <del>
              <code>{text}</code>
            </del>
          ) : (
            <code>{text}</code>
          )}
          {how && <b className="how">{texts.map.tags[how]}</b>}
        </li>
      ))}
    </ul>
  )
}

interface InterfaceProps extends DetailsProps {
  one: MapInterface
}

function Interface({ map, place, one, traffic, recent }: InterfaceProps) {
  const texts = useTexts()
  const flow = flowAt(traffic, place.place, one.name)
  const isNew = recent.some(
    (change) => change.place === place.place && change.what === 'interface' && change.text === one.name && change.how === 'new',
  )
  return (
    <li>
      <code className="nm">{one.name}</code>
      <span className="dim">{[one.kind, stateText(one, texts) ?? texts.map.up, `MTU ${one.mtu}`].join(', ')}</span>
      {isNew && <b className="how">{texts.map.tags.new}</b>}
      {one.addresses.map((address) => (
        <code key={address} className="ad">
          {address}
        </code>
      ))}
      <OtherEnd map={map} place={place} one={one} />
      {one.kind !== 'loopback' && (
        <span className="dim num rate">{flow ? texts.map.rate(rateText(flow.rxBytes), rateText(flow.txBytes)) : texts.map.quiet}</span>
      )}
    </li>
  )
}

function OtherEnd({ map, place, one }: Pick<InterfaceProps, 'map' | 'place' | 'one'>) {
  const texts = useTexts()
  const link = map.links.find(({ from, to }) => isEnd(from, place.place, one.name) || isEnd(to, place.place, one.name))
  const other = link && (isEnd(link.from, place.place, one.name) ? link.to : link.from)
  if (!link && !one.master) return null
  return (
    <span className="mid">
      {link && texts.map.wiredTo(other ? `${targetLabel(other.place)} ${other.interface}` : texts.map.network(undefined))}
      {one.master && ` ${texts.map.inBridge(one.master)}`}
    </span>
  )
}

export function OpenTerminal({ place, name, onOpen }: { place: string; name: string; onOpen: ((place: string) => void) | undefined }) {
  const texts = useTexts()
  if (!onOpen) return null
  return (
    <button type="button" className="btn sm" onClick={() => onOpen(place)}>
      <Icon name="run" />
      {texts.map.openTerminal(name)}
    </button>
  )
}
