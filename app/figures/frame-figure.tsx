'use client'
// The figure of the lesson wire: one packet from client, and the frames that carry it over each wire.
import { useState } from 'react'
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { FigureTable } from './figure-table.tsx'
import { frameWalk, type Wiring } from './frame-walk.ts'
import { frameWords } from './frame-words.ts'

const destinations = { '10.244.1.3': 'api', '10.244.2.2': 'web', '172.18.0.1': 'gateway', '10.244.1.99': undefined }
type Destination = keyof typeof destinations

export function FrameFigure() {
  const words = frameWords[useLocale()]
  const [destination, setDestination] = useState<Destination>('10.244.1.3')
  const [wiring, setWiring] = useState<Wiring>('links')
  const walk = frameWalk(wiring, destination)
  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="seg-set">
          <label>
            {words.sendsTo}{' '}
            <select value={destination} onChange={(e) => setDestination(e.target.value as Destination)}>
              {Object.entries(destinations).map(([ip, owner]) => (
                <option key={ip} value={ip}>
                  {ip} ({owner ?? words.nobodys})
                </option>
              ))}
            </select>
          </label>
          <Choice
            legend={words.wiring}
            value={wiring}
            onChange={setWiring}
            options={[
              { value: 'links', text: words.links },
              { value: 'bridge', text: words.bridge },
            ]}
          />
        </div>
        <FigureTable caption={words.frames} columns={words.columns}>
          {walk.frames.map((frame) => (
            <tr key={frame.from} className={frame.to ? undefined : 'ends'}>
              <th scope="row">{words.wire(frame.wire)}</th>
              <td>
                <code>{frame.asked}</code>
              </td>
              <td>
                <code>{frame.destination}</code>
                <br />
                <span className="dim">{frame.to ?? words.noAnswer}</span>
              </td>
              <td>
                <code>{frame.source}</code>
                <br />
                <span className="dim">{frame.from}</span>
              </td>
            </tr>
          ))}
        </FigureTable>
        <p aria-live="polite">
          <code>10.244.1.2 → {destination}</code> <span className={walk.end === 'arrived' ? 'pass' : 'drop'}>{words.ends(walk)}</span>
        </p>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
