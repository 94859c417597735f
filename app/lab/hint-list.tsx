'use client'
// Hints, opened one by one, and the way to follow a packet, which may count as one.
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { Inline } from '../shell/prose.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { useLabController, useLabView } from './lab-context.tsx'
import { PathHint } from './path-link.tsx'

interface HintProps {
  hints: LabSnapshot['hints']
  path: LabSnapshot['path']
  disabled: boolean
}

export function HintList({ hints, path, disabled }: HintProps) {
  const texts = useTexts()
  const controller = useLabController()
  const { busy } = useLabView()
  const next = hints.open.length + 1
  return (
    <section aria-labelledby="hints-title">
      <header>
        <h3 id="hints-title">{texts.lab.hints}</h3>
        {hints.total > 0 && <span className="num mid">{texts.lab.hintsOpen(hints.open.length, hints.total)}</span>}
      </header>
      <ol className="hints" aria-live="polite">
        {hints.open.map((hint, index) => (
          <li key={hint}>
            <b>{index + 1}</b>
            <p>
              <Inline text={hint} />
            </p>
          </li>
        ))}
      </ol>
      {next <= hints.total && (
        <p className="hint-next">
          <button type="button" className="btn sm" disabled={disabled || busy !== undefined} onClick={() => controller?.openHint(next)}>
            {texts.lab.openHint(next)}
          </button>
          <span className="dim hn">{texts.lab.recorded}</span>
        </p>
      )}
      {!disabled && <PathHint path={path} />}
    </section>
  )
}
