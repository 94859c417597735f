'use client'
// "Runs on": where a lab will run when it is started. What cannot be chosen says why. Shown by lab-pane.tsx; the choice is the browser's, for all labs.
import { RadioGroup } from 'radix-ui'
import type { FocusEvent } from 'react'
import { type RuntimeName, runtimeNames } from '../../labs/spec/scenario.ts'
import { useTexts } from '../texts/locale-context.tsx'
import { useLabController, useLabView } from './lab-context.tsx'
import { effectiveRuntime } from './runtime-wish.ts'

/** Radix chooses what an arrow key led to only while that key is still down; a short tap on a busy machine would move the focus and choose nothing. */
const chooseOnFocus = ({ currentTarget: radio }: FocusEvent<HTMLButtonElement>) => {
  if (!radio.ariaChecked || radio.ariaChecked === 'false') radio.click()
}

export function RuntimePicker() {
  const texts = useTexts()
  const controller = useLabController()
  const { runtimes, wish } = useLabView()
  const auto = runtimes?.auto
  const lines = [
    {
      name: 'auto' as const,
      label: texts.runtime.auto,
      line: auto ? texts.runtime.autoIs(auto) : texts.runtime.autoMeans,
      usable: true,
      reason: undefined,
    },
    ...runtimeNames.map((name) => {
      const option = runtimes?.options.find((each) => each.name === name)
      return { name, label: name, line: texts.runtime.means[name], usable: option?.usable ?? true, reason: option?.reason }
    }),
  ]
  return (
    <div className="runs-on">
      <h4 id="runs-on">{texts.home.runsOn}</h4>
      <RadioGroup.Root
        aria-labelledby="runs-on"
        value={effectiveRuntime(wish, runtimes)}
        onValueChange={(value) => controller?.wishRuntime(value as RuntimeName | 'auto')}
        disabled={!controller}
      >
        {lines.map(({ name, label, line, usable, reason }) => (
          <div key={name} className="opt" data-off={!usable || undefined}>
            <RadioGroup.Item
              value={name}
              id={`runs-on-${name}`}
              disabled={!usable}
              aria-describedby={`runs-on-${name}-line`}
              onFocus={chooseOnFocus}
            >
              <RadioGroup.Indicator />
            </RadioGroup.Item>
            <label htmlFor={`runs-on-${name}`}>{name === 'auto' ? label : <code>{label}</code>}</label>
            <p id={`runs-on-${name}-line`}>
              {line} {!usable && reason && <span className="off">{texts.runtime.cannot(reason)}</span>}
            </p>
          </div>
        ))}
      </RadioGroup.Root>
      {runtimes && !auto && <p className="mid">{texts.runtime.none}</p>}
    </div>
  )
}
