'use client'
// A map that is there: drawn to the width it has, or as a list, with the details of a chosen place. Used by map-pane.tsx.
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import type { MapTraffic } from '../../labs/spec/map.ts'
import { Icon } from '../shell/sprite.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { OpenTerminal, PlaceFacts } from './map-details.tsx'
import { MapDrawing } from './map-drawing.tsx'
import type { MapView } from './map-feed.ts'
import { mapItems, sharedNetwork } from './map-items.ts'
import { layOut } from './map-layout.ts'
import { MapLegend } from './map-legend.tsx'
import { MapList } from './map-list.tsx'
import type { PacketOnMap } from './packet-on-map.ts'

interface ViewProps {
  view: MapView & { map: NonNullable<MapView['map']> }
  packet: PacketOnMap | undefined
  asList: boolean
  /** nothing is known of now: no packets are drawn */
  stale: boolean
  /** absent where no terminal can be opened */
  onOpen: ((place: string) => void) | undefined
}

const boxOf = (frame: HTMLElement | null, place: string) =>
  [...(frame?.querySelectorAll<SVGGElement>('[data-place]') ?? [])].find((box) => box.dataset.place === place)

/** The width that the drawing has; nothing until it is known. */
function useWidth() {
  // as state, because the drawing goes when the list comes, and comes again
  const [frame, setFrame] = useState<HTMLDivElement | null>(null)
  const [width, setWidth] = useState<number>()
  useEffect(() => {
    if (!frame) return
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)))
    observer.observe(frame)
    return () => observer.disconnect()
  }, [frame])
  return { frame, setFrame, width }
}

export function MapViewPanel({ view, packet, asList, stale, onOpen }: ViewProps) {
  const texts = useTexts()
  const detailsId = useId()
  const { frame, setFrame, width } = useWidth()
  const [selected, setSelected] = useState<string>()
  const details = useRef<HTMLElement>(null)
  const { map, gone, recent } = view
  const traffic: MapTraffic | undefined = stale ? undefined : view.traffic
  const items = useMemo(() => mapItems(map, gone, packet, texts), [map, gone, packet, texts])
  const layout = useMemo(() => (width && width > 0 ? layOut(items, map.links, width) : undefined), [items, map.links, width])
  const place = map.places.find((one) => one.place === selected)
  const item = items.find((one) => one.place.place === selected)

  useEffect(() => {
    if (selected === undefined) return
    details.current?.focus({ preventScroll: true })
    // the details have taken some of the drawing's room
    boxOf(frame, selected)?.scrollIntoView({ block: 'nearest' })
  }, [selected, frame])
  function close() {
    setSelected(undefined)
    if (selected !== undefined) boxOf(frame, selected)?.focus()
  }

  if (asList)
    return (
      <>
        <MapList view={view} items={items} traffic={traffic} packet={packet} onOpen={onOpen} />
        {map.leftOut !== undefined && <p className="dim small left-out">{texts.map.podsLeftOut(map.leftOut)}</p>}
      </>
    )
  return (
    <>
      <div className={`grat drawing ${stale ? 'stale' : ''}`}>
        <div ref={setFrame}>
          {layout && (
            <MapDrawing
              layout={layout}
              network={sharedNetwork(map)}
              traffic={traffic}
              recent={recent}
              packet={packet}
              selected={selected}
              detailsId={detailsId}
              onSelect={setSelected}
            />
          )}
        </div>
        <MapLegend layout={layout} packet={packet} />
      </div>
      {map.leftOut !== undefined && <p className="dim small left-out">{texts.map.podsLeftOut(map.leftOut)}</p>}
      {place && item ? (
        <section
          className="map-details"
          id={detailsId}
          ref={details}
          tabIndex={-1}
          aria-label={texts.map.details(item.name)}
          onKeyDown={(event) => event.key === 'Escape' && close()}
        >
          <header>
            <h3>
              <code>{item.name}</code> {place.group !== 'laptop' && <span className="dim">{texts.map.groups[place.group]}</span>}
            </h3>
            <OpenTerminal place={place.place} name={item.name} onOpen={onOpen} />
            <button type="button" className="tool" aria-label={texts.map.closeDetails} title={texts.map.closeDetails} onClick={close}>
              <Icon name="close" />
            </button>
          </header>
          <PlaceFacts map={map} place={place} traffic={traffic} recent={recent} />
        </section>
      ) : (
        <p className="dim small pick">{texts.map.pick}</p>
      )}
    </>
  )
}
