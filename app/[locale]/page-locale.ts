// The locale of a page's address, checked. Used by every page under [locale].
import { notFound } from 'next/navigation'
import type { Locale } from '../../labs/spec/names.ts'
import { isLocale } from '../texts/texts.ts'

export async function pageLocale(params: Promise<{ locale: string }>): Promise<Locale> {
  const { locale } = await params
  return isLocale(locale) ? locale : notFound()
}
