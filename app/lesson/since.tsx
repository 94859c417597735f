'use client'
// A dated remark: true from this Kubernetes version on. Facts behind it are rechecked at each release.
import type { ReactNode } from 'react'
import { useTexts } from '../texts/locale-context.tsx'

export function Since({ version, children }: { version: string; children: ReactNode }) {
  const texts = useTexts().lesson
  return (
    <aside className="note">
      <b>{texts.since(version)}</b> {children}
    </aside>
  )
}
