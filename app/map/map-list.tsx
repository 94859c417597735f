'use client'
// The map as a list: every place with all that the drawing and its details show. Used by map-view.tsx.
import type { MapTraffic } from '../../labs/spec/map.ts'
import { useTexts } from '../texts/locale-context.tsx'
import { OpenTerminal, PlaceFacts } from './map-details.tsx'
import { tagOf } from './map-drawing.tsx'
import type { MapView } from './map-feed.ts'
import type { MapItem } from './map-layout.ts'
import type { PacketOnMap } from './packet-on-map.ts'

interface ListProps {
  view: MapView & { map: NonNullable<MapView['map']> }
  items: readonly MapItem[]
  traffic: MapTraffic | undefined
  packet: PacketOnMap | undefined
  onOpen: ((place: string) => void) | undefined
}

export function MapList({ view: { map, recent }, items, traffic, packet, onOpen }: ListProps) {
  const texts = useTexts()
  return (
    <ul className="map-list">
      {items.map(({ place, gone, name }) => {
        const tag = gone ? 'gone' : tagOf(place.place, recent)
        const notes = packet?.notes.get(place.place) ?? []
        const died = packet?.died !== undefined && packet.places.at(-1) === place.place
        return (
          <li key={place.place} data-place={place.place} className={gone ? 'gone' : ''}>
            <header>
              <h3>
                <code>{name}</code> {place.group !== 'laptop' && <span className="dim">{texts.map.groups[place.group]}</span>}
                {place.node && <span className="dim"> {place.node.replace(/^node\//, '')}</span>}
                {tag && <b className="how">{texts.map.tags[tag]}</b>}
              </h3>
              {!gone && <OpenTerminal place={place.place} name={name} onOpen={onOpen} />}
            </header>
            {notes.map(({ text, tone }) => (
              <p key={text} className={tone === 'dead' && died ? (packet?.died ?? '') : 'mid'}>
                {text}
              </p>
            ))}
            {!gone && <PlaceFacts map={map} place={place} traffic={traffic} recent={recent} />}
          </li>
        )
      })}
    </ul>
  )
}
