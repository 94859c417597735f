'use client'
// The figure of the lesson names: one name as a program says it, and every name that is asked for it.
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { FigureTable } from './figure-table.tsx'
import { type NameSettings, questions } from './name-walk.ts'
import { nameWords } from './name-words.ts'
import { useSettings } from './use-settings.ts'

const names = ['api', 'api.shop', 'api.shop.svc', 'rates.partner.example', 'rates.partner.example.', 'apj']
const start: NameSettings = { name: 'rates.partner.example', ndots: 5, namespace: 'default' }

export function NameFigure() {
  const words = nameWords[useLocale()]
  const [settings, change] = useSettings(start)
  const asked = questions(settings)
  const found = asked.some((q) => q.address)
  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="choices">
          <label>
            {words.name}{' '}
            <select value={settings.name} onChange={(e) => change({ name: e.target.value })}>
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <Choice
            legend={words.ndots}
            value={String(settings.ndots)}
            onChange={(n) => change({ ndots: Number(n) })}
            options={['1', '2', '5'].map((value) => ({ value, text: value }))}
          />
          <Choice
            legend={words.namespace}
            value={settings.namespace}
            onChange={(namespace) => change({ namespace })}
            options={['default', 'shop'].map((value) => ({ value, text: value }))}
          />
        </div>
        <FigureTable caption={words.asked} columns={words.columns}>
          {asked.map((q) => (
            <tr key={q.name}>
              <td>
                <code>{q.name}</code>
              </td>
              <td className={q.address ? undefined : 'dim'}>{q.address ? <code>{q.address}</code> : words.none}</td>
            </tr>
          ))}
        </FigureTable>
        <p aria-live="polite">
          <span className={found ? 'pass' : 'drop'}>{words.end(asked.length, found)}</span>
        </p>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
