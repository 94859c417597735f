'use client'
// Gives client components the page's locale and its texts.
import { createContext, type ReactNode, useContext } from 'react'
import type { Locale } from '../../labs/spec/scenario.ts'
import { type Texts, textsOf } from './texts.ts'

const LocaleContext = createContext<Locale>('en')

export function LocaleProvider({ locale, children }: { locale: Locale; children: ReactNode }) {
  return <LocaleContext value={locale}>{children}</LocaleContext>
}

export const useLocale = (): Locale => useContext(LocaleContext)
export const useTexts = (): Texts => textsOf(useContext(LocaleContext))
