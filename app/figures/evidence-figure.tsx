'use client'
// The figure of the lesson missing-dns-packets: suspects, and the evidence that the reader asks for; who is cleared by it is computed.
import { useState } from 'react'
import { useLocale } from '../texts/locale-context.tsx'
import { type Command, commands, enough, type Suspect, shownBy, survivors, suspects } from './evidence.ts'
import { evidenceWords } from './evidence-words.ts'
import { FigureCaption } from './figure-caption.tsx'
import { FigureTable } from './figure-table.tsx'

/** The real case first. The others in an order that gives nothing away. */
const cases: readonly Suspect[] = ['buffer', 'question', 'rule', 'file', 'policy', 'size', 'resolver', 'answer', 'server']

export function EvidenceFigure() {
  const words = evidenceWords[useLocale()]
  const [chosen, setChosen] = useState(0)
  const [asked, setAsked] = useState<Command[]>([])
  const guilty = cases[chosen] ?? 'buffer'
  const left = survivors(asked, guilty)
  const begin = (n: number) => {
    setChosen(n)
    setAsked([])
  }
  const before = (command: Command) => survivors(asked.slice(0, asked.indexOf(command)), guilty).length
  const after = (command: Command) => survivors(asked.slice(0, asked.indexOf(command) + 1), guilty).length

  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="choices">
          <label>
            <b>{words.case}</b>{' '}
            <select value={chosen} onChange={(e) => begin(Number(e.target.value))}>
              {cases.map((guilty, n) => (
                <option key={guilty} value={n}>
                  {n === 0 ? words.real : words.other(n)}
                </option>
              ))}
            </select>
          </label>
          <button type="button" className="btn sm" disabled={asked.length === 0} onClick={() => begin(chosen)}>
            {words.again}
          </button>
        </div>
        <FigureTable caption={words.commands} columns={words.columns}>
          {commands.map((command) => {
            const known = asked.includes(command)
            return (
              <tr key={command}>
                <th scope="row">{words.command[command]}</th>
                <td>
                  {known ? (
                    words.shown[command][shownBy(command, guilty)]
                  ) : (
                    <button
                      type="button"
                      className="btn sm"
                      aria-label={`${words.ask} ${words.command[command]}`}
                      disabled={left.length === 1}
                      onClick={() => setAsked([...asked, command])}
                    >
                      {words.ask}
                    </button>
                  )}
                </td>
                <td className="num">{known && words.left(before(command), after(command))}</td>
              </tr>
            )
          })}
        </FigureTable>
      </div>
      <div className="figure-controls">
        <h4>{words.suspects}</h4>
      </div>
      <ol className="ladder">
        {suspects.map((s) => (
          <li key={s} className={`rung ${left.includes(s) ? '' : 'never'}`}>
            <span>{words.suspect[s]}</span>
            <span>{!left.includes(s) && words.cleared}</span>
          </li>
        ))}
      </ol>
      <p className="figure-controls" aria-live="polite">
        <b>{left.length > 1 ? words.progress(left.length, suspects.length) : words.found(asked.length, enough())}</b>
      </p>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
