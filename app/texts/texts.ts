// The interface's texts by locale. Locales that are not written yet have no entry; next.config.ts leads their addresses to English.
import type { Locale } from '../../labs/spec/scenario.ts'
import { en, type Texts } from './en.ts'

const written: Partial<Record<Locale, Texts>> = { en }

export const writtenLocales = Object.keys(written) as Locale[]
export const isWritten = (text: string): text is Locale => (writtenLocales as string[]).includes(text)
export const textsOf = (locale: Locale): Texts => written[locale] ?? en
export type { Texts }
