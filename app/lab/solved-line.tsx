'use client'
// Says that the lab is solved and leads to the debrief.
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { Icon } from '../shell/sprite.tsx'
import { formatDuration } from '../shell/time-text.ts'
import { useTexts } from '../texts/locale-context.tsx'

export const debriefHash = '#debrief'

export function SolvedLine({ debrief }: { debrief: NonNullable<LabSnapshot['debrief']> }) {
  const texts = useTexts()
  return (
    <div className="line good" role="status">
      <Icon name="pass" className="pass" />
      <b>{texts.lab.solvedIn(formatDuration(debrief.ms))}</b>
      <a className="btn primary sm" href={debriefHash}>
        {texts.lab.readDebrief}
      </a>
    </div>
  )
}
