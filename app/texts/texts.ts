// The interface's texts by locale, for what runs on the server; a client component that names this file would load both languages.
import { type Locale, locales } from '../../labs/spec/names.ts'
import { en, type Texts } from './en.ts'
import { zhCN } from './zh-CN.ts'

const texts: Record<Locale, Texts> = { en, 'zh-CN': zhCN }

export const isLocale = (text: string | undefined): text is Locale => (locales as readonly (string | undefined)[]).includes(text)
export const textsOf = (locale: Locale): Texts => texts[locale]
export type { Texts }
