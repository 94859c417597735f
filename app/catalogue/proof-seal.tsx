'use client'
// Whether a lab is proved on one runtime, and since when: a seal, the runtime's name, a date. In tables of labs and in the proof matrix.
import type { RuntimeName } from '../../labs/spec/names.ts'
import { Icon } from '../shell/sprite.tsx'
import { formatDate } from '../shell/time-text.ts'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import type { ProofMark } from './catalogue-row.ts'
import { sealIcons } from './seal-icons.ts'

export function ProofSeal({ runtime, mark }: { runtime: RuntimeName; mark: ProofMark }) {
  const texts = useTexts().catalogue
  const locale = useLocale()
  return (
    <span className={`prv ${mark.state === 'failed' ? 'no' : ''}`} data-proof={mark.state} title={`${runtime}: ${texts.marks[mark.state]}`}>
      <Icon name={sealIcons[mark.state]} />
      <code>{runtime}</code>
      <span className="vh">{texts.marks[mark.state]}</span>
      {mark.state === 'proved' && mark.at !== undefined && <span className="dim num">{formatDate(mark.at, locale)}</span>}
    </span>
  )
}
