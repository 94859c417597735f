// The interface's texts by locale.
import { type Locale, locales } from '../../labs/spec/scenario.ts'
import { en, type Texts } from './en.ts'
import { zhCN } from './zh-CN.ts'

const texts: Record<Locale, Texts> = { en, 'zh-CN': zhCN }

export const isLocale = (text: string | undefined): text is Locale => (locales as readonly (string | undefined)[]).includes(text)
export const textsOf = (locale: Locale): Texts => texts[locale]
export type { Texts }
