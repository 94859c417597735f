'use client'
// Gives client components the texts of the page's language, and loads those of no other. In the root layout.
import dynamic from 'next/dynamic'
import type { ComponentType, ReactNode } from 'react'
import type { Locale } from '../../labs/spec/names.ts'

const languages: Record<Locale, ComponentType<{ children: ReactNode }>> = {
  en: dynamic(() => import('./english.tsx').then((m) => m.English)),
  'zh-CN': dynamic(() => import('./chinese.tsx').then((m) => m.Chinese)),
}

export function LocaleProvider({ locale, children }: { locale: Locale; children: ReactNode }) {
  const Speaking = languages[locale]
  return <Speaking>{children}</Speaking>
}
