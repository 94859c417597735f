'use client'
// The diagnosis tree over the reading beside a lab. It stays as it is while it is closed. Used by work-page.tsx, loaded when it is first opened.
import { useEffect, useRef, useState } from 'react'
import type { DiagnosisTree } from '../../labs/spec/diagnosis.ts'
import { Icon } from '../shell/sprite.tsx'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import { LabDiagnosis } from './lab-diagnosis.tsx'

async function fetchTree(url: string): Promise<DiagnosisTree> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}`)
  return (await response.json()) as DiagnosisTree
}

export function DiagnosisDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const texts = useTexts()
  const locale = useLocale()
  const [tree, setTree] = useState<DiagnosisTree>()
  const [failed, setFailed] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!open || tree) return
    setFailed(false)
    fetchTree(`/${locale}/diagnosis/tree`).then(setTree, () => setFailed(true))
  }, [open, tree, locale])
  useEffect(() => {
    if (open) heading.current?.focus()
  }, [open])
  return (
    <aside
      className="drawer"
      hidden={!open}
      data-pane="reading"
      tabIndex={-1}
      aria-label={texts.diagnosis.drawer}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <header className="drawer-head">
        <h1 ref={heading} tabIndex={-1}>
          {texts.diagnosis.title}
        </h1>
        <button type="button" className="tool" aria-label={texts.close} title={texts.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {tree && <LabDiagnosis tree={tree} heading="h2" />}
      {failed && <p role="alert">{texts.diagnosis.failed}</p>}
    </aside>
  )
}
