'use client'
// What the lines of a map mean. Used by map-view.tsx.
import { useTexts } from '../texts/locale-context.tsx'
import type { MapLayout } from './map-layout.ts'
import type { PacketOnMap } from './packet-on-map.ts'

export function MapLegend({ layout, packet }: { layout: MapLayout | undefined; packet: PacketOnMap | undefined }) {
  const texts = useTexts()
  const hasCut = layout?.boxes.some(({ item }) =>
    item.place.interfaces.some(({ up, carrier, kind }) => kind === 'veth' && !(up && carrier)),
  )
  const samples = [
    { classes: ['ln', 'carry'], text: texts.map.legendTraffic },
    ...(hasCut ? [{ classes: ['ln cut'], text: texts.map.legendDown }] : []),
    ...(packet ? [{ classes: ['w0', 'w1'], text: texts.map.legendProbe }] : []),
    ...(packet?.beyond ? [{ classes: ['dead'], text: texts.map.legendDead }] : []),
  ]
  return (
    <ul className="legend" aria-label={texts.map.legend}>
      {samples.map(({ classes, text }) => (
        <li key={text}>
          <svg className="f map" width="30" height="8" aria-hidden="true">
            {classes.map((name) => (
              <path key={name} className={name} d="M1 4H29" />
            ))}
          </svg>
          {text}
        </li>
      ))}
    </ul>
  )
}
