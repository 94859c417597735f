'use client'
// The figure of the lesson one-choice-per-connection: connections are dealt to replicas by the rules, requests follow their connection.
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { type DiceCaller, type DiceSettings, deal, ordersIP } from './dice.ts'
import { diceWords } from './dice-words.ts'
import { FigureCaption } from './figure-caption.tsx'
import { FigureTable } from './figure-table.tsx'
import { useSettings } from './use-settings.ts'

const start: DiceSettings = { caller: 'client', replicas: 2, connections: 1, requests: 100, late: 0, seed: 3 }
const shownFlows = 4

export function DiceFigure() {
  const words = diceWords[useLocale()]
  const [settings, change] = useSettings(start)
  const { flows, perPod } = deal(settings)
  const numbers = (key: 'replicas' | 'connections' | 'requests', values: readonly number[]) => (
    <Choice
      legend={words[key]}
      value={String(settings[key])}
      onChange={(value) => change({ [key]: Number(value) })}
      options={values.map((n) => ({ value: String(n), text: String(n) }))}
    />
  )
  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="choices">
          <Choice
            legend={words.caller}
            value={settings.caller}
            onChange={(caller) => change({ caller })}
            options={(['client', 'orders'] as DiceCaller[]).map((value) => ({ value, text: words.callers[value] }))}
          />
          {numbers('replicas', [1, 2, 3])}
          {numbers('connections', [1, 4, 100])}
          {numbers('requests', [1, 100])}
          <button type="button" className="btn sm" onClick={() => change({ seed: settings.seed + 1 })}>
            {words.again}
          </button>
        </div>
        <label className="switch-line">
          <input type="checkbox" checked={settings.late > 0} onChange={(e) => change({ late: e.target.checked ? 1 : 0 })} /> {words.late}
        </label>
        <div aria-live="polite">
          <FigureTable caption={words.perPod} columns={words.columns}>
            {perPod.map((p) => (
              <tr key={p.pod}>
                <th scope="row">
                  <code>{p.pod}</code>
                </th>
                <td className="num">{p.connections}</td>
                <td className="num">{p.requests}</td>
              </tr>
            ))}
          </FigureTable>
        </div>
        <FigureTable
          caption={words.flows(Math.min(shownFlows, flows.length), flows.length)}
          columns={words.flowColumns}
          label={words.flows(1, 1)}
        >
          {flows.slice(0, shownFlows).map((f) => (
            <tr key={f.port}>
              <td>
                <code>
                  {f.from}:{f.port} → {ordersIP}:80
                </code>
              </td>
              <td>
                <code>
                  {f.pod}:8080 → {f.seen}:{f.seen === f.from ? f.port : words.newPort}
                </code>
              </td>
            </tr>
          ))}
        </FigureTable>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
