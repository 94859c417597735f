'use client'
// The figure of the lesson service-is-a-query: pods whose labels and readiness the reader changes, the slice that follows, and the rules the cluster would write.
import { useState } from 'react'
import { useLocale } from '../texts/locale-context.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { answerQuery, type FigurePod } from './service-query.ts'
import { serviceQueryWords } from './service-query-words.ts'

const labels = ['web', 'wbe', 'api', 'debug']
const start: FigurePod[] = [
  { name: 'web-7d9f-k2x8v', ip: '10.244.1.10', node: 'worker', app: 'web', ready: true, terminating: false },
  { name: 'web-7d9f-qm4zt', ip: '10.244.2.10', node: 'worker2', app: 'web', ready: true, terminating: false },
  { name: 'api-5c4b-w9r6d', ip: '10.244.2.11', node: 'worker2', app: 'api', ready: true, terminating: false },
]

export function ServiceQueryFigure() {
  const words = serviceQueryWords[useLocale()]
  const [service, selects] = words.selects
  const [pods, setPods] = useState(start)
  const [selector, setSelector] = useState('web')
  const change = (name: string, part: Partial<FigurePod>) => setPods(pods.map((p) => (p.name === name ? { ...p, ...part } : p)))
  const answer = answerQuery(pods, selector)
  const word = (value: string, label: string, onChange: (v: string) => void) => (
    <select aria-label={label} value={value} onChange={(e) => onChange(e.target.value)}>
      {labels.map((w) => (
        <option key={w}>{w}</option>
      ))}
    </select>
  )
  const yes = (value: boolean) => (value ? 'true' : 'false')
  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="seg-set">
          <span>
            {service} <code>web</code> {selects} <code>app=</code>
            {word(selector, words.selector, setSelector)}
          </span>
          <button
            type="button"
            className="btn sm"
            onClick={() => {
              setPods(start)
              setSelector('web')
            }}
          >
            {words.putBack}
          </button>
        </div>
        <table className="pod-table">
          <caption className="vh">{words.pods}</caption>
          <thead>
            <tr>
              <th scope="col">Pod</th>
              <th scope="col">app</th>
              <th scope="col">{words.probePasses}</th>
              <th scope="col">{words.deleted}</th>
            </tr>
          </thead>
          <tbody>
            {pods.map((p) => (
              <tr key={p.name}>
                <th scope="row">
                  <code>{p.name}</code>
                </th>
                <td>{word(p.app, words.labelOf(p.name), (app) => change(p.name, { app }))}</td>
                <td>
                  <input
                    type="checkbox"
                    aria-label={words.passes(p.name)}
                    checked={p.ready}
                    onChange={(e) => change(p.name, { ready: e.target.checked })}
                  />
                </td>
                <td>
                  <input
                    type="checkbox"
                    aria-label={words.isDeleted(p.name)}
                    checked={p.terminating}
                    onChange={(e) => change(p.name, { terminating: e.target.checked })}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <table className="pod-table">
          <caption className="label">{words.slice}</caption>
          <thead>
            <tr>
              <th scope="col">{words.address}</th>
              <th scope="col">ready</th>
              <th scope="col">serving</th>
              <th scope="col">terminating</th>
            </tr>
          </thead>
          <tbody>
            {answer.rows.length === 0 && (
              <tr>
                <td colSpan={4} className="dim">
                  {words.empty(selector)}
                </td>
              </tr>
            )}
            {answer.rows.map((r) => (
              <tr key={r.pod}>
                <td>
                  <code>{r.address}</code>
                </td>
                <td>{yes(r.ready)}</td>
                <td>{yes(r.serving)}</td>
                <td>{yes(r.terminating)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="label">{words.rules}</p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways must be reachable by keyboard */}
        <section className="rules" tabIndex={0} aria-label={words.rulesShort}>
          {answer.rules.join('\n')}
        </section>
        <p aria-live="polite">
          <b>{words.clientSees}</b> {words.answers(answer.answering)}
        </p>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
