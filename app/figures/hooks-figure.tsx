'use client'
// The figure of the lesson hooks: the places on the way of one packet; the reader chooses its direction and who drops it, and who has seen it is computed.
import { useState } from 'react'
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { type Dropper, droppers, followPacket, suspects, type Way, ways } from './packet-path.ts'
import { pathWords } from './packet-path-words.ts'

export function HooksFigure() {
  const [way, setWay] = useState<Way>('in')
  const [dropper, setDropper] = useState<Dropper>('xdp')
  const words = pathWords[useLocale()]
  const { steps, arrives, seen } = followPacket(way, dropper)
  const end = arrives
    ? words[dropper === 'none' ? 'arrives' : 'notAsked']
    : words.suspects(suspects(way, seen).map((name) => words.droppers[name]))

  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="choices">
          <Choice legend={words.way} value={way} onChange={setWay} options={ways.map((value) => ({ value, text: words.ways[value] }))} />
          <Choice
            legend={words.dropper}
            value={dropper}
            onChange={setDropper}
            options={droppers.map((value) => ({ value, text: words.droppers[value] }))}
          />
        </div>
      </div>
      <ol className="ladder">
        {steps.map(({ place, did }) => (
          <li key={place} className={`rung ${did === 'never' ? 'never' : did === 'drops' ? 'drop' : ''}`}>
            <span>{words.places[place]}</span>
            <span>{words.did[did]}</span>
          </li>
        ))}
      </ol>
      <div className="figure-controls" aria-live="polite">
        <p>{words.captures(seen)}</p>
        <p>
          <b>{end}</b>
        </p>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
