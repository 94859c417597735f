'use client'
// The figure of the lesson outside-to-pod: the hooks on worker for one packet from outside, and one DROP rule that the reader stands at any of them.
import { useState } from 'react'
import { useLocale } from '../texts/locale-context.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { climb, type LadderSettings, type RuleHook, ruleHooks } from './hook-ladder.ts'
import { ladderWords } from './hook-ladder-words.ts'

const start: LadderSettings = { port: 30080, rule: { hook: 'filter INPUT', port: 30080 }, otherCard: false }
const ports = [30080, 8080, 22] as const
const portOf = (text: string) => ports.find((port) => String(port) === text) ?? 30080

export function HookLadderFigure() {
  const [settings, setSettings] = useState(start)
  const words = ladderWords[useLocale()]
  const { steps, outcome } = climb(settings)
  const { rule } = settings

  return (
    <figure className="figure">
      <ol className="ladder">
        {steps.map(({ hook, destination, counted, did }) => (
          <li key={hook} className={`rung ${did === 'never' ? 'never' : did === 'dropped' || did === 'reverse-path' ? 'drop' : ''}`}>
            <span>
              {hook === 'route' ? words.route : <code>{hook}</code>}
              {destination && <code className="header">{destination}</code>}
            </span>
            <span>
              {counted !== undefined && <code className="counter">{words.counter(counted)}</code>} {words.did[did]}
            </span>
          </li>
        ))}
      </ol>
      <div className="figure-controls">
        <p aria-live="polite">
          <b>{words.outcome[outcome]}</b>
        </p>
        <div className="field-rows">
          <label>
            <span>{words.calls}</span>
            <select value={settings.port} onChange={(e) => setSettings({ ...settings, port: e.target.value === '22' ? 22 : 30080 })}>
              <option value={30080}>{words.ports[30080]}</option>
              <option value={22}>{words.ports[22]}</option>
            </select>
          </label>
          <label>
            <span>{words.rule}</span>
            <select
              value={rule?.hook ?? ''}
              onChange={(e) => {
                const hook = ruleHooks.find((h: RuleHook) => h === e.target.value)
                setSettings({ ...settings, rule: hook && { hook, port: rule?.port ?? 30080 } })
              }}
            >
              <option value="">{words.none}</option>
              {ruleHooks.map((hook) => (
                <option key={hook} value={hook}>
                  {hook}
                </option>
              ))}
            </select>
            {rule && (
              <select
                value={rule.port}
                aria-label="--dport"
                onChange={(e) => setSettings({ ...settings, rule: { ...rule, port: portOf(e.target.value) } })}
              >
                {ports.map((port) => (
                  <option key={port} value={port}>
                    {words.drop(port)}
                  </option>
                ))}
              </select>
            )}
          </label>
          <label>
            <input
              type="checkbox"
              checked={settings.otherCard}
              onChange={(e) => setSettings({ ...settings, otherCard: e.target.checked })}
            />
            <span>{words.otherCard}</span>
          </label>
        </div>
        <button
          type="button"
          className="btn sm"
          onClick={() => setSettings(start)}
          disabled={JSON.stringify(settings) === JSON.stringify(start)}
        >
          {words.putBack}
        </button>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
