'use client'
// The figure of the lesson overlay-or-routes: one ping between two nodes, as three networks carry it.
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { type CrossingSettings, cross, type Mode, modes, usualMtu } from './crossing.ts'
import { crossingWords, headerSays } from './crossing-words.ts'
import { FigureCaption } from './figure-caption.tsx'
import { FigureTable } from './figure-table.tsx'
import { useSettings } from './use-settings.ts'

const start: CrossingSettings = { mode: 'vxlan', podMtu: 1450, payload: 56, vni: { worker: 1, worker2: 1 } }

export function CrossingFigure() {
  const words = crossingWords[useLocale()]
  const [settings, change] = useSettings(start)
  const crossing = cross(settings)
  const numbers = <N extends number>(legend: string, values: readonly N[], value: N, set: (n: N) => void) => (
    <Choice
      legend={legend}
      value={String(value)}
      onChange={(n) => set(Number(n) as N)}
      options={values.map((n) => ({ value: String(n), text: String(n) }))}
    />
  )
  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="choices">
          <Choice
            legend={words.mode}
            value={settings.mode}
            onChange={(mode: Mode) => change({ mode, podMtu: usualMtu[mode] })}
            options={modes.map((value) => ({ value, text: words.modes[value] }))}
          />
          {numbers(words.payload, [56, 1422, 1472], settings.payload, (payload) => change({ payload }))}
          {numbers(words.podMtu, [1450, 1500], settings.podMtu, (podMtu) => change({ podMtu }))}
          {settings.mode === 'vxlan' && (
            <>
              {numbers(words.vni.worker, [1, 2], settings.vni.worker, (worker) => change({ vni: { ...settings.vni, worker } }))}
              {numbers(words.vni.worker2, [1, 2], settings.vni.worker2, (worker2) => change({ vni: { ...settings.vni, worker2 } }))}
            </>
          )}
        </div>
        {crossing.lookups.length > 0 && (
          <>
            <p className="label">{words.lookups}</p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways must be reachable by keyboard */}
            <section className="rules" tabIndex={0} aria-label={words.lookups}>
              {crossing.lookups.map(({ at, line }) => (
                <span key={line}>{`${at.padEnd(8)}${line}\n`}</span>
              ))}
            </section>
          </>
        )}
        {crossing.headers.length > 0 && (
          <FigureTable caption={words.headers} columns={words.columns}>
            {crossing.headers.map((header) => (
              <tr key={`${header.name} ${header.outer}`}>
                <th scope="row">
                  {header.name} {header.outer && <span className="dim">{words.outer}</span>}
                </th>
                <td>
                  <code>{headerSays(header, words)}</code>
                </td>
                <td className="num">{header.bytes}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">{words.whole}</th>
              <td />
              <td className="num">
                <b>{crossing.frame}</b>
              </td>
            </tr>
          </FigureTable>
        )}
        <p aria-live="polite">
          <span className={crossing.end === 'arrives' ? 'pass' : 'drop'}>{words.end(crossing, settings)}</span>
        </p>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
