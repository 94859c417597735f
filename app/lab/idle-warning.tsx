'use client'
// Warns before an idle lab ends, with the button that keeps it.
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { Icon } from '../shell/sprite.tsx'
import { formatDuration } from '../shell/time-text.ts'
import { useTexts } from '../texts/locale-context.tsx'
import { useNow } from './elapsed.tsx'
import { useLabController, useLabView } from './lab-context.tsx'

export function IdleWarning({ snapshot }: { snapshot: LabSnapshot }) {
  const texts = useTexts()
  const controller = useLabController()
  const view = useLabView()
  const now = useNow(true)
  if (now < snapshot.warnAt) return null
  return (
    <div className="line warn" role="alert">
      <Icon name="clock" />
      {/* The alert is read once; the seconds that follow are not announced. */}
      <span aria-live="off">{texts.lab.idleSoon(formatDuration(snapshot.expiresAt - now))}</span>
      <button type="button" className="btn sm" disabled={view.busy === 'stay'} onClick={() => controller?.stay()}>
        {texts.lab.stay}
      </button>
    </div>
  )
}
