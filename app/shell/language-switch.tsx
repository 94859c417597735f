'use client'
// Leads to this very page in the other language, and tells search engines of both. In the top bar of every page.
import { usePathname } from 'next/navigation'
import { useSyncExternalStore } from 'react'
import { type Locale, locales } from '../../labs/spec/names.ts'
import { languageNames } from '../texts/language-names.ts'
import { useLocale } from '../texts/locale-context.tsx'

/** `/en/labs/x` → `/zh-CN/labs/x`. */
const inLanguage = (path: string, locale: Locale): string => path.replace(/^\/[^/]*/, `/${locale}`)

/** Search engines want whole addresses, and only the browser knows by which name it came here. */
const noSubscription = () => () => undefined
const useOrigin = () =>
  useSyncExternalStore(
    noSubscription,
    () => location.origin,
    () => '',
  )

export function LanguageSwitch() {
  const origin = useOrigin()
  const here = useLocale()
  const path = usePathname()
  return (
    <>
      {locales.map((locale) => (
        <link key={locale} rel="alternate" hrefLang={locale} href={`${origin}${inLanguage(path, locale)}`} />
      ))}
      <link rel="alternate" hrefLang="x-default" href={`${origin}${inLanguage(path, 'en')}`} />
      {locales
        .filter((locale) => locale !== here)
        .map((locale) => (
          <a
            key={locale}
            className="btn quiet sm language"
            href={inLanguage(path, locale)}
            lang={locale}
            hrefLang={locale}
            onClick={(event) => {
              // what the page shows stands behind ? and #, which only the browser knows
              event.currentTarget.href = `${inLanguage(path, locale)}${location.search}${location.hash}`
            }}
          >
            {languageNames[locale]}
          </a>
        ))}
    </>
  )
}
