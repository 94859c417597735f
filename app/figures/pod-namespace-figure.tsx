'use client'
// The figure of the lesson pod-namespace: two programs, where they run and listen, and who of their callers is answered.
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { FigureTable } from './figure-table.tsx'
import { type PodSettings, type Program, podNamespace } from './pod-namespace.ts'
import { podNamespaceWords } from './pod-namespace-words.ts'
import { useSettings } from './use-settings.ts'

const start: PodSettings = {
  together: true,
  app: { bind: '0.0.0.0', port: 8080 },
  helper: { bind: '127.0.0.1', port: 9100 },
  declared: false,
}

export function PodNamespaceFigure() {
  const words = podNamespaceWords[useLocale()]
  const [settings, change] = useSettings(start)
  const result = podNamespace(settings)
  const listener = (program: Program) => (
    <>
      <Choice
        legend={words.listens[program]}
        value={settings[program].bind}
        onChange={(bind) => change({ [program]: { ...settings[program], bind } })}
        options={(['0.0.0.0', '127.0.0.1', 'pod'] as const).map((value) => ({ value, text: value === 'pod' ? words.podAddress : value }))}
      />
      <Choice
        legend={words.port[program]}
        value={String(settings[program].port)}
        onChange={(port) => change({ [program]: { ...settings[program], port: Number(port) } })}
        options={['8080', '9100'].map((value) => ({ value, text: value }))}
      />
    </>
  )
  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="choices">
          {listener('app')}
          {listener('helper')}
          <Choice
            legend={words.together}
            value={settings.together ? 'one' : 'two'}
            onChange={(pods) => change({ together: pods === 'one' })}
            options={[
              { value: 'one', text: words.inOnePod },
              { value: 'two', text: words.inTwoPods },
            ]}
          />
        </div>
        <label className="switch-line">
          <input type="checkbox" checked={settings.declared} onChange={(e) => change({ declared: e.target.checked })} /> {words.declared}
        </label>
        <FigureTable caption={words.calls} columns={words.columns}>
          {result.calls.map((call) => (
            <tr key={`${call.caller} ${call.called}`}>
              <th scope="row">{words.callers[call.caller]}</th>
              <td>
                <code>
                  {call.called === 'localhost' ? 'localhost' : result.addresses.app}:{settings.app.port}
                </code>
              </td>
              <td className={call.answers === 'app' ? 'pass' : 'drop'}>{words.answer(call)}</td>
              <td>{words.namespace(call.namespace)}</td>
            </tr>
          ))}
        </FigureTable>
        <p aria-live="polite">{result.failed && <span className="drop">{words.failed}</span>}</p>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
