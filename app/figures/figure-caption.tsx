// What a figure shows, under it. Used by every figure.
import type { ReactNode } from 'react'
import { useTexts } from '../texts/locale-context.tsx'

export function FigureCaption({ children }: { children: ReactNode }) {
  const texts = useTexts().lesson
  return (
    <figcaption>
      <b>{texts.figure}</b> {children}
    </figcaption>
  )
}
