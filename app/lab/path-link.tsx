'use client'
// Leads to where a packet is followed, and says what that costs. Used by hint-list.tsx.
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { useTexts } from '../texts/locale-context.tsx'
import { pathHash } from './page-hash.ts'

export function PathHint({ path }: { path: LabSnapshot['path'] }) {
  const texts = useTexts()
  const cost = { open: texts.path.free, costs: texts.path.hint, closed: texts.path.closed }[path.state]
  return (
    <p className="hint-next">
      {path.state !== 'closed' && (
        <a className="btn sm" href={pathHash}>
          {texts.path.open}
        </a>
      )}
      <span className="dim hn">{cost}</span>
    </p>
  )
}
