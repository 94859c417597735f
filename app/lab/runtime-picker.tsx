'use client'
// "Runs on": where a lab will run when it is started. What cannot be chosen says why. Shown by lab-pane.tsx; the choice is the browser's, for all labs.
import { runtimeNames } from '../../labs/spec/names.ts'
import { useTexts } from '../texts/locale-context.tsx'
import { useLabController, useLabView } from './lab-context.tsx'
import { effectiveRuntime } from './runtime-wish.ts'

export function RuntimePicker() {
  const texts = useTexts()
  const controller = useLabController()
  const { runtimes, wish } = useLabView()
  const auto = runtimes?.auto
  const chosen = effectiveRuntime(wish, runtimes)
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
      <div role="radiogroup" aria-labelledby="runs-on">
        {lines.map(({ name, label, line, usable, reason }) => (
          <div key={name} className="opt" data-off={!usable || undefined}>
            <input
              type="radio"
              name="runs-on"
              id={`runs-on-${name}`}
              checked={name === chosen}
              onChange={() => controller?.wishRuntime(name)}
              disabled={!controller || !usable}
              aria-describedby={`runs-on-${name}-line`}
            />
            <label htmlFor={`runs-on-${name}`}>{name === 'auto' ? label : <code>{label}</code>}</label>
            <p id={`runs-on-${name}-line`}>
              {line} {!usable && reason && <span className="off">{texts.runtime.cannot(reason)}</span>}
            </p>
          </div>
        ))}
      </div>
      {runtimes && !auto && <p className="mid">{texts.runtime.none}</p>}
    </div>
  )
}
