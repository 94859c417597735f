'use client'
// The map as a drawing: boxes to choose from with arrow keys, wires, what they carry, and a followed packet's way. Used by map-view.tsx.
import { type KeyboardEvent, useRef, useState } from 'react'
import type { MapTraffic } from '../../labs/spec/map.ts'
import { useTexts } from '../texts/locale-context.tsx'
import type { RecentChange } from './map-feed.ts'
import { flowOn, rateText } from './map-items.ts'
import { type MapBox, type MapLayout, type Point, type Wire, wayBetween } from './map-layout.ts'
import { nextBox } from './map-navigation.ts'
import type { PacketOnMap } from './packet-on-map.ts'

export const pathOf = (points: readonly Point[]): string => points.map(({ x, y }, n) => `${n ? 'L' : 'M'}${x} ${y}`).join('')

export type Tag = 'new' | 'gone' | 'changed'

/** What is said of a place that changed a moment ago. */
export function tagOf(place: string, recent: readonly RecentChange[]): Tag | undefined {
  const own = recent.filter((change) => change.place === place)
  const whole = own.findLast(({ what }) => what === 'place')
  return whole?.how ?? (own.length > 0 ? 'changed' : undefined)
}

interface DrawingProps {
  layout: MapLayout
  network: string | undefined
  traffic: MapTraffic | undefined
  recent: readonly RecentChange[]
  packet: PacketOnMap | undefined
  selected: string | undefined
  /** id of what shows the chosen place */
  detailsId: string
  onSelect: (place: string | undefined) => void
}

export function MapDrawing({ layout, network, traffic, recent, packet, selected, detailsId, onSelect }: DrawingProps) {
  const texts = useTexts()
  const frame = useRef<SVGSVGElement>(null)
  const [current, setCurrent] = useState<string>()
  const { boxes, lan, across } = layout
  const at = Math.max(
    0,
    boxes.findIndex(({ item }) => item.place.place === current),
  )

  function onKeyDown(event: KeyboardEvent) {
    const place = boxes[at]?.item.place.place
    if (event.key === 'Enter' || event.key === ' ') onSelect(place === selected ? undefined : place)
    else if (event.key === 'Escape' && selected !== undefined) onSelect(undefined)
    else {
      const next = nextBox(boxes, at, event.key)
      if (next === at && !event.key.startsWith('Arrow')) return
      setCurrent(boxes[next]?.item.place.place)
      frame.current?.querySelectorAll<SVGGElement>('[data-place]')[next]?.focus()
    }
    event.preventDefault()
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a drawing
    <svg
      ref={frame}
      className="f map"
      width={layout.width}
      height={layout.height}
      role="group"
      aria-label={texts.map.label}
      onKeyDown={onKeyDown}
    >
      {lan && (
        <>
          <path className="ln lan" d={pathOf([lan.from, lan.to])} />
          <text className="t3 s" x={lan.label.x} y={lan.label.y} textAnchor={across ? 'end' : 'start'}>
            {texts.map.network(network)}
          </text>
        </>
      )}
      {boxes.map((box, n) => (
        <Place
          key={box.item.place.place}
          box={box}
          tag={box.item.gone ? 'gone' : tagOf(box.item.place.place, recent)}
          focusable={n === at}
          chosen={box.item.place.place === selected}
          detailsId={detailsId}
          onFocus={() => setCurrent(box.item.place.place)}
          onSelect={() => onSelect(box.item.place.place === selected ? undefined : box.item.place.place)}
        />
      ))}
      <g pointerEvents="none">
        {layout.trunks.map(({ node, points }) => (
          <path key={node} className="ln" d={pathOf(points)} />
        ))}
        {layout.wires.map((wire) => (
          <WireLine key={`${wire.link.from.place} ${wire.link.from.interface}`} wire={wire} layout={layout} traffic={traffic} />
        ))}
        {packet && <PacketWay layout={layout} packet={packet} />}
        {boxes.map(({ item: { place, gone }, port }) =>
          place.group === 'pod' || layout.wires.some(({ link }) => link.from.place === place.place) ? (
            <Port key={place.place} at={port} small={place.group === 'pod'} gone={gone} />
          ) : null,
        )}
        {packet && <PacketPoints layout={layout} packet={packet} />}
      </g>
    </svg>
  )
}

function Port({ at: { x, y }, small, gone }: { at: Point; small: boolean; gone: boolean }) {
  const r = small ? 5.5 : 7
  return <rect className={gone ? 'port virt' : 'port'} x={x - r} y={y - r} width={2 * r} height={2 * r} />
}

interface PlaceProps {
  box: MapBox
  tag: Tag | undefined
  focusable: boolean
  chosen: boolean
  detailsId: string
  onFocus: () => void
  onSelect: () => void
}

function Place({ box, tag, focusable, chosen, detailsId, onFocus, onSelect }: PlaceProps) {
  const texts = useTexts()
  const { item, x, y, w, h, lines, address } = box
  const { place, gone } = item
  const isPod = place.group === 'pod' && place.node !== undefined
  const kinds = ['pl-box', isPod && 'pod', gone && 'gone', tag && 'marked', chosen && 'chosen', place.unread !== undefined && 'unread']
  const note = [tag && texts.map.tags[tag], ...item.lines.map(({ text }) => text)].filter(Boolean).join(', ')
  const name = texts.map.place({
    group: texts.map.groups[place.group],
    name: item.name,
    address: item.address,
    on: place.node?.replace(/^node\//, ''),
    note,
  })
  return (
    // biome-ignore lint/a11y/useSemanticElements: an HTML button cannot stand in a drawing
    <g
      className={kinds.filter(Boolean).join(' ')}
      role="button"
      tabIndex={focusable ? 0 : -1}
      aria-label={name}
      aria-expanded={chosen}
      aria-controls={chosen ? detailsId : undefined}
      data-place={place.place}
      data-tag={tag}
      onFocus={onFocus}
      onClick={onSelect}
    >
      <rect className="ring" x={x - 3.5} y={y - 3.5} width={w + 7} height={h + 7} />
      <rect className={isPod ? 'well' : 'box'} x={x + 0.5} y={y + 0.5} width={w - 1} height={h - 1} />
      <text
        className="b"
        x={isPod ? x + 10 : place.group === 'node' ? x + 34 : x + 12}
        y={isPod ? y + 20 : place.group === 'node' ? y + 26 : y + 20}
      >
        {box.name}
      </text>
      <text className="t3 s" x={address.x} y={address.y} textAnchor={address.end ? 'end' : 'start'}>
        {item.address}
      </text>
      {lines.map((line) => (
        <text key={line.y} className={`s ${line.tone}`} x={line.x} y={line.y}>
          {line.text}
        </text>
      ))}
      {tag && <TagMark text={texts.map.tags[tag]} right={x + w - 8} top={y - 9} />}
    </g>
  )
}

function TagMark({ text, right, top }: { text: string; right: number; top: number }) {
  const width = [...text].reduce((sum, letter) => sum + ((letter.codePointAt(0) ?? 0) > 0x2e80 ? 12 : 6.6), 14)
  return (
    <g className="tag">
      <rect x={right - width} y={top} width={width} height="18" />
      <text className="u" x={right - width / 2} y={top + 13} textAnchor="middle">
        {text}
      </text>
    </g>
  )
}

function WireLine({ wire: { link, points, label }, layout, traffic }: { wire: Wire; layout: MapLayout; traffic: MapTraffic | undefined }) {
  const texts = useTexts()
  const flow = flowOn(traffic, link)
  const ends = [link.from, ...(link.to ? [link.to] : [])].map((end) =>
    layout.boxes.find(({ item }) => item.place.place === end.place)?.item.place.interfaces.find(({ name }) => name === end.interface),
  )
  const works = ends.every((end) => end?.up && end.carrier)
  const facts = [...(works ? [] : [texts.map.down]), ...(flow ? [rateText(flow.rxBytes + flow.txBytes)] : [])]
  const d = pathOf(points)
  return (
    <g data-wire={link.from.place} data-busy={flow !== undefined}>
      <path className={works ? 'ln' : 'ln cut'} d={d} />
      {flow && <path className="carry" d={d} />}
      {label && (
        <text className="t3 xs" x={label.x} y={label.y}>
          {link.to ? ends[1]?.master : [link.from.interface, ...(layout.across ? facts : [])].join(' ')}
        </text>
      )}
    </g>
  )
}

/** The pieces from place to place. */
function pieces(layout: MapLayout, places: readonly string[]): Point[][] {
  return places.slice(1).map((place, n) => wayBetween(layout, places[n] as string, place))
}

function PacketWay({ layout, packet: { places, beyond } }: { layout: MapLayout; packet: PacketOnMap }) {
  const lit = pieces(layout, places).filter((points) => points.length > 0)
  const last = places.at(-1)
  const dead = last !== undefined && beyond !== undefined ? wayBetween(layout, last, beyond) : []
  return (
    <g data-packet={places.join(' ')}>
      {dead.length > 0 && <path className="dead" d={pathOf(dead)} />}
      {lit.map((points) => (
        <path key={`case ${pathOf(points)}`} className="w0" d={pathOf(points)} />
      ))}
      {lit.map((points) => (
        <path key={`wire ${pathOf(points)}`} className="w1" d={pathOf(points)} />
      ))}
    </g>
  )
}

/** Over the ports: a point at each place, a diamond where the packet was rewritten, a bar where it ended. */
function PacketPoints({ layout, packet: { places, died, notes } }: { layout: MapLayout; packet: PacketOnMap }) {
  const shown = [...new Set(places)]
  const end = died && places.at(-1)
  return shown.map((place) => {
    const at = layout.boxes.find(({ item }) => item.place.place === place)?.way[0]
    if (!at) return null
    if (place === end) return <path key={place} className={`tbar ${died}`} data-died={place} d={`M${at.x - 11} ${at.y}h22`} />
    const isRewritten = notes.get(place)?.some(({ tone }) => tone === 'rewritten')
    if (isRewritten) return <path key={place} className="fw" d={`M${at.x} ${at.y - 7}l7 7l-7 7l-7 -7z`} />
    return <circle key={place} className="fw" cx={at.x} cy={at.y} r="5" />
  })
}
