'use client'
// The figure of the lesson doors-in: a policy, Pods on two nodes, a balancer; which customers are served, and under which address.
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { type DoorSettings, doorsIn, type PodNode, percent } from './doors-in.ts'
import { doorsInWords } from './doors-in-words.ts'
import { FigureCaption } from './figure-caption.tsx'
import { FigureTable } from './figure-table.tsx'
import { useSettings } from './use-settings.ts'

const start: DoorSettings = { policy: 'Local', pods: { worker: 1, worker2: 1 }, asks: false }

export function DoorsInFigure() {
  const words = doorsInWords[useLocale()]
  const [settings, change] = useSettings(start)
  const result = doorsIn(settings)
  const podsOn = (node: PodNode) => (
    <Choice
      legend={words.podsOn[node]}
      value={String(settings.pods[node])}
      onChange={(n) => change({ pods: { ...settings.pods, [node]: Number(n) } })}
      options={['0', '1', '2', '3'].map((value) => ({ value, text: value }))}
    />
  )
  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="choices">
          <Choice
            legend={words.policy}
            value={settings.policy}
            onChange={(policy) => change({ policy })}
            options={(['Cluster', 'Local'] as const).map((value) => ({ value, text: value }))}
          />
          {podsOn('worker')}
          {podsOn('worker2')}
        </div>
        <label className="switch-line">
          <input
            type="checkbox"
            // with the other policy there is no such port
            disabled={settings.policy === 'Cluster'}
            checked={settings.asks && settings.policy === 'Local'}
            onChange={(e) => change({ asks: e.target.checked })}
          />{' '}
          {words.asks}
        </label>
        <FigureTable caption={words.doors} columns={words.doorColumns}>
          {result.doors.map((door) => (
            <tr key={door.node}>
              <th scope="row">{door.node}</th>
              <td className={door.health ? undefined : 'dim'}>{door.health ?? words.noHealth}</td>
              <td className="num">{percent(door.sent)}</td>
              <td className={door.sent > 0 ? undefined : 'dim'}>{words.does[door.does]}</td>
            </tr>
          ))}
        </FigureTable>
        {result.pods.length > 0 && (
          <FigureTable caption={words.pods} columns={words.podColumns}>
            {result.pods.map((pod) => (
              <tr key={pod.ip}>
                <th scope="row">
                  <code>{pod.ip}</code>
                </th>
                <td>{pod.node}</td>
                <td className="num">{percent(pod.share)}</td>
                <td>
                  <code>{pod.sees.join(', ')}</code>
                </td>
              </tr>
            ))}
          </FigureTable>
        )}
        <p aria-live="polite">
          <span className={result.lost > 0.001 ? 'drop' : 'pass'}>{words.end(result)}</span>
        </p>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
