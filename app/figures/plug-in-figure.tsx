'use client'
// The figure of the lesson cni: a Pod is to start on worker2; who is asked for its network, and where it stops.
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { FigureTable } from './figure-table.tsx'
import { ownFiles, type PlugInSettings, plugIn } from './plug-in.ts'
import { plugInWords } from './plug-in-words.ts'
import { useSettings } from './use-settings.ts'

const start: PlugInSettings = { ownFile: 'good', testFile: false, ptp: true, taken: 'two' }

export function PlugInFigure() {
  const words = plugInWords[useLocale()]
  const [settings, change] = useSettings(start)
  const result = plugIn(settings)
  const onOff = (text: string, checked: boolean, set: (on: boolean) => void) => (
    <label className="switch-line">
      <input type="checkbox" checked={checked} onChange={(e) => set(e.target.checked)} /> {text}
    </label>
  )
  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="choices">
          <Choice
            legend={words.ownFile}
            value={settings.ownFile}
            onChange={(ownFile) => change({ ownFile })}
            options={ownFiles.map((value) => ({ value, text: words.ownFiles[value] }))}
          />
        </div>
        {onOff(words.testFile, settings.testFile, (testFile) => change({ testFile }))}
        {onOff(words.noPtp, !settings.ptp, (missing) => change({ ptp: !missing }))}
        {onOff(words.full, settings.taken === 'all', (all) => change({ taken: all ? 'all' : 'two' }))}
        <FigureTable caption={words.steps} columns={words.columns}>
          {result.steps.map(({ who, does, what, failed }) => (
            <tr key={`${does} ${what}`} className={failed ? 'ends' : undefined}>
              <th scope="row">{words.who[who]}</th>
              <td>{words.does[does](what)}</td>
            </tr>
          ))}
        </FigureTable>
        <p aria-live="polite">
          <span className={result.reachable ? 'pass' : 'drop'}>{words.end(result)}</span>
        </p>
        {result.event && (
          <p>
            <code>
              {result.event.reason}: {result.event.message}
            </code>
          </p>
        )}
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
