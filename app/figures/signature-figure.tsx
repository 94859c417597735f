'use client'
// The figure of the lesson slow-or-sometimes: sixty calls as a table of time against size, moment or replica, and one fault that the reader chooses.
import { useState } from 'react'
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { FigureTable } from './figure-table.tsx'
import { columnsOf, counts, type Fault, faults, makeCalls, shared, type View, views } from './signature.ts'
import { signatureWords } from './signature-words.ts'

/** below this row a call is slow */
const slowFrom = 2

export function SignatureFigure() {
  const [fault, setFault] = useState<Fault>('narrow')
  const [view, setView] = useState<View>('at')
  const words = signatureWords[useLocale()]
  const calls = makeCalls(fault)
  const columns = columnsOf(view)

  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="field-rows">
          <label>
            <b>{words.fault}</b>
            <select value={fault} onChange={(e) => setFault(faults.find((f) => f === e.target.value) ?? 'none')}>
              {faults.map((f) => (
                <option key={f} value={f}>
                  {words.faults[f]}
                </option>
              ))}
            </select>
          </label>
        </div>
        <Choice legend={words.view} value={view} onChange={setView} options={views.map((value) => ({ value, text: words.views[value] }))} />
        <FigureTable caption={words.calls} columns={[words.took, ...columns.map((value) => words.column(view, value))]}>
          {counts(calls, view).map((row, time) => (
            <tr key={words.rows[time]}>
              <th scope="row">{words.rows[time]}</th>
              {row.map((n, i) => (
                <td key={columns[i]} className={`num ${n > 0 && time >= slowFrom ? 'drop' : ''}`}>
                  {n > 0 ? n : '·'}
                </td>
              ))}
            </tr>
          ))}
        </FigureTable>
      </div>
      <p className="figure-controls" aria-live="polite">
        <b>{words.share}</b> {words.shared(shared(calls))}
      </p>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
