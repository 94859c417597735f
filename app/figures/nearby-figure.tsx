'use client'
// The figure of the lesson other-proxies: a wish for nearness, Pods on nodes, and who answers; and what a list costs that a map does not.
import { useMemo, useState } from 'react'
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { type NearbySettings, nearby, places, rulesRead, serviceCounts, type Wish, wishes, zones } from './nearby.ts'
import { nearbyWords } from './nearby-words.ts'
import { useSettings } from './use-settings.ts'

const start: NearbySettings = { wish: 'Local', caller: 'worker2', pods: ['worker', 'worker2'] }

export function NearbyFigure() {
  const words = nearbyWords[useLocale()]
  const [settings, change] = useSettings(start)
  const [count, setCount] = useState(10)
  const result = nearby(settings)
  const read = useMemo(() => rulesRead(count), [count])
  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="seg-set">
          <label>
            {words.wish}{' '}
            <select value={settings.wish} onChange={(e) => change({ wish: e.target.value as Wish })}>
              {wishes.map((wish) => (
                <option key={wish} value={wish}>
                  {words.wishes[wish]}
                </option>
              ))}
            </select>
          </label>
          <Choice
            legend={words.caller}
            value={settings.caller}
            onChange={(caller) => change({ caller })}
            options={places.map((value) => ({ value, text: value }))}
          />
        </div>
        <p className="label">{words.pods}</p>
        {places.map((node) => (
          <label className="switch-line" key={node}>
            <input
              type="checkbox"
              checked={settings.pods.includes(node)}
              onChange={(e) => change({ pods: places.filter((p) => (p === node ? e.target.checked : settings.pods.includes(p))) })}
            />{' '}
            {node} <span className="dim">{words.zone[zones[node]]}</span>
          </label>
        ))}
        <div aria-live="polite">
          <p className="label">{words.gets}</p>
          {result.gets.map(({ ip, node }) => (
            <p key={ip}>
              <code>{ip}</code> {node}
            </p>
          ))}
          <p>
            <span className={result.end === 'served' ? 'pass' : 'drop'}>{words.end(result)}</span>
          </p>
        </div>
        <div className="choices">
          <Choice
            legend={words.count}
            value={String(count)}
            onChange={(n) => setCount(Number(n))}
            options={serviceCounts.map((n) => ({ value: String(n), text: String(n) }))}
          />
        </div>
        <p aria-live="polite">{words.read(read)}</p>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
