'use client'
// The figure of the lesson pod-to-outside: four calls and four checkpoints, and one fault that the reader places; what each call and capture shows is computed.
import { useId, useState } from 'react'
import { useLocale } from '../texts/locale-context.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { calls, checkpoints, leave, type WayOutFault, wayOutFaults } from './way-out.ts'
import { wayOutWords } from './way-out-words.ts'

export function WayOutFigure() {
  const [fault, setFault] = useState<WayOutFault>('none')
  const [chosen, setChosen] = useState(0)
  const name = useId()
  const words = wayOutWords[useLocale()]
  const call = calls[chosen] ?? { from: 'pod', port: 80 }
  const way = leave(call, fault)

  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="field-rows">
          <label>
            <b>{words.fault}</b>
            <select value={fault} onChange={(e) => setFault(wayOutFaults.find((f) => f === e.target.value) ?? 'none')}>
              {wayOutFaults.map((f) => (
                <option key={f} value={f}>
                  {words.faults[f]}
                </option>
              ))}
            </select>
          </label>
        </div>
        <fieldset className="calls">
          <legend>{words.calls}</legend>
          {calls.map((one, i) => {
            const { answered } = leave(one, fault)
            return (
              <label key={words.call(one)}>
                <input type="radio" name={name} checked={i === chosen} onChange={() => setChosen(i)} />
                <span>{words.call(one)}</span>
                <span className={answered ? 'pass' : 'drop'}>{answered ? words.answered : words.waits}</span>
              </label>
            )
          })}
        </fieldset>
        <h4>{words.captures}</h4>
      </div>
      <ol className="ladder" aria-live="polite">
        {checkpoints.map((at) => (
          <li key={at} className={`rung ${way.seen[at] ? '' : 'never'}`}>
            <span>{words.checkpoints[at]}</span>
            <span>{way.seen[at] ? <code>{way.seen[at]}</code> : words.nothing}</span>
          </li>
        ))}
      </ol>
      <p className="figure-controls">
        <b>{words.ends[way.end]}</b>
      </p>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
