'use client'
// The figure of the lesson service-at-the-socket: one call, the map at connect() and kube-proxy's rules, and which address each of four places shows.
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { callService, calls, entries, pods, type SocketSettings } from './socket-path.ts'
import { socketWords } from './socket-words.ts'
import { useSettings } from './use-settings.ts'

const start: SocketSettings = { call: 'connect', pod: 'old', entry: 'old', rules: true }

export function SocketFigure() {
  const [settings, change] = useSettings(start)
  const words = socketWords[useLocale()]
  const path = callService(settings)

  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="choices">
          <Choice
            legend={words.call}
            value={settings.call}
            onChange={(call) => change({ call })}
            options={calls.map((value) => ({ value, text: words.calls[value] }))}
          />
          <Choice
            legend={words.pod}
            value={settings.pod}
            onChange={(pod) => change({ pod })}
            options={(['old', 'young'] as const).map((value) => ({ value, text: pods[value] }))}
          />
          <Choice
            legend={words.entry}
            value={settings.entry}
            onChange={(entry) => change({ entry })}
            options={entries.map((value) => ({ value, text: words.entries[value] }))}
          />
          <Choice
            legend={words.rules}
            value={settings.rules ? 'yes' : 'no'}
            onChange={(rules) => change({ rules: rules === 'yes' })}
            options={(['yes', 'no'] as const).map((value) => ({ value, text: words.ruleStates[value] }))}
          />
        </div>
      </div>
      <ol className="ladder">
        {(['asked', 'socket', 'packet', 'leaves'] as const).map((step) => (
          <li key={step} className={`rung ${path[step] ? '' : 'never'}`}>
            <span>{words.steps[step]}</span>
            <span>
              {step === 'leaves' && <code className="counter">{words.counter(path.counted)}</code>}{' '}
              {path[step] ? <code>{path[step]}</code> : words.noSocket}
            </span>
          </li>
        ))}
      </ol>
      <p className="figure-controls" aria-live="polite">
        <b className={path.end === 'answers' ? 'pass' : 'drop'}>{words.ends[path.end]}</b>
      </p>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
