'use client'
// The figure of the lesson cluster-edge: who calls, by which door, and both addresses of the packet on its way.
import { useState } from 'react'
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { type Caller, type Door, doors, edgeAddresses, edgeWalk } from './edge-walk.ts'
import { edgeWords } from './edge-words.ts'
import { FigureCaption } from './figure-caption.tsx'
import { FigureTable } from './figure-table.tsx'

export function EdgeFigure() {
  const words = edgeWords[useLocale()]
  const [caller, setCaller] = useState<Caller>('client')
  const [door, setDoor] = useState<Door>('partner')
  const [routes, setRoutes] = useState(false)
  // partner does not call itself
  const offered = (Object.keys(doors) as Door[]).filter((d) => d !== 'partner' || caller !== 'partner')
  const walk = edgeWalk(caller, offered.includes(door) ? door : 'nodePort', routes)
  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="seg-set">
          <Choice
            legend={words.caller}
            value={caller}
            onChange={setCaller}
            options={(Object.keys(edgeAddresses) as Caller[]).map((value) => ({ value, text: value }))}
          />
          <label>
            {words.door}{' '}
            <select value={offered.includes(door) ? door : 'nodePort'} onChange={(e) => setDoor(e.target.value as Door)}>
              {offered.map((d) => (
                <option key={d} value={d}>
                  {words.doors[d]} {doors[d].destination}:{doors[d].port}
                </option>
              ))}
            </select>
          </label>
        </div>
        <label className="switch-line">
          <input type="checkbox" checked={routes} onChange={(e) => setRoutes(e.target.checked)} /> {words.routes}
        </label>
        <FigureTable caption={words.stages} columns={words.columns}>
          {walk.stages.map((stage) => (
            <tr key={stage.at}>
              <th scope="row">{stage.at === 'gateway' ? words.gateway : stage.at}</th>
              <td>
                <code>{stage.source}</code>
              </td>
              <td>
                <code>
                  {stage.destination}:{stage.port}
                </code>
              </td>
              <td className={stage.rewrote ? undefined : 'dim'}>{stage.rewrote ? words.rewrote[stage.rewrote] : words.nothing}</td>
            </tr>
          ))}
        </FigureTable>
        <p aria-live="polite">
          <span className={walk.answers ? 'pass' : 'drop'}>{words.end(walk)}</span>
        </p>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
