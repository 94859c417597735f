'use client'
// The page's locale and its texts, for client components. locale-provider.tsx fills it.
import { createContext, useContext } from 'react'
import type { Locale } from '../../labs/spec/names.ts'
import type { Texts } from './en.ts'

export interface Language {
  locale: Locale
  texts: Texts
}

export const LanguageContext = createContext<Language | undefined>(undefined)

function useLanguage(): Language {
  const language = useContext(LanguageContext)
  if (!language) throw new Error('texts are asked for outside the LocaleProvider')
  return language
}

export const useLocale = (): Locale => useLanguage().locale
export const useTexts = (): Texts => useLanguage().texts
