'use client'
// The figure of the lesson policy: a NetworkPolicy the reader changes, and who gets in.
import { useState } from 'react'
import { useLocale } from '../texts/locale-context.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { matrix, type PolicySettings, peerChoices, portChoices, yamlOf } from './policy-matrix.ts'
import { matrixWords } from './policy-matrix-words.ts'

const start: PolicySettings = { applied: true, peers: 'pods', port: '8080', second: false }

export function PolicyMatrixFigure() {
  const [settings, setSettings] = useState(start)
  const words = matrixWords[useLocale()]
  const cell = (reaches: boolean) => <td className={reaches ? 'pass' : 'drop'}>{reaches ? words.in : words.out}</td>

  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="field-rows">
          <label>
            <input type="checkbox" checked={settings.applied} onChange={(e) => setSettings({ ...settings, applied: e.target.checked })} />
            <span>{words.applied}</span>
          </label>
          <label>
            <code>{words.from}</code>
            <select
              value={settings.peers}
              onChange={(e) => setSettings({ ...settings, peers: peerChoices.find((p) => p === e.target.value) ?? 'pods' })}
            >
              {peerChoices.map((p) => (
                <option key={p} value={p}>
                  {words.peers[p]}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>{words.port}</span>
            <select
              value={settings.port}
              onChange={(e) => setSettings({ ...settings, port: portChoices.find((p) => p === e.target.value) ?? '8080' })}
            >
              {portChoices.map((p) => (
                <option key={p} value={p}>
                  {words.ports[p]}
                </option>
              ))}
            </select>
          </label>
          <label>
            <input type="checkbox" checked={settings.second} onChange={(e) => setSettings({ ...settings, second: e.target.checked })} />
            <span>{words.second}</span>
          </label>
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways and must be reachable by keyboard */}
        <pre className="rules" tabIndex={0}>
          {settings.applied ? yamlOf(settings) : words.absent}
        </pre>
        <table className="pod-table" aria-live="polite">
          <thead>
            <tr>
              <th>{words.caller}</th>
              <th>{words.service}</th>
              <th>{words.admin}</th>
            </tr>
          </thead>
          <tbody>
            {matrix(settings).map(({ caller, service, admin }) => (
              <tr key={caller}>
                <td>
                  <code>{caller}</code>
                </td>
                {cell(service)}
                {cell(admin)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
