// The bar atop every page: brand, then either the main navigation or where this page is.
import type { ReactNode } from 'react'
import type { Locale } from '../../labs/spec/names.ts'
import { SearchButton } from '../search/search-button.tsx'
import { textsOf } from '../texts/texts.ts'
import { Brand } from './brand.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { ThemeToggle } from './theme-toggle.tsx'

interface Crumb {
  label: string
  href?: string
}

export function TopBar({
  locale,
  current,
  crumbs,
  children,
}: {
  locale: Locale
  current?: 'courses' | 'labs' | 'diagnosis' | 'glossary' | 'progress' | 'instructors'
  crumbs?: Crumb[]
  children?: ReactNode
}) {
  const texts = textsOf(locale)
  const home = `/${locale}`
  return (
    <header className="top">
      <a className="skip" href="#main">
        {texts.skipToContent}
      </a>
      <Brand href={home} name={texts.brand} />
      {crumbs ? (
        <nav className="crumb" aria-label={texts.breadcrumb}>
          {crumbs.map((crumb, index) => (
            <span key={crumb.label} className={index < crumbs.length - 1 ? 'c0' : 'cn'}>
              {index > 0 && (
                <span className="slash" aria-hidden="true">
                  /
                </span>
              )}
              {crumb.href ? (
                <a className="plain" href={crumb.href}>
                  {crumb.label}
                </a>
              ) : (
                <b aria-current="page">{crumb.label}</b>
              )}
            </span>
          ))}
        </nav>
      ) : (
        <nav className="main" aria-label={texts.mainNavigation}>
          <a href={home} aria-current={current === 'courses' ? 'page' : undefined}>
            {texts.courses}
          </a>
          <a href={`${home}/labs`} aria-current={current === 'labs' ? 'page' : undefined}>
            {texts.labs}
          </a>
          <a href={`${home}/diagnosis`} aria-current={current === 'diagnosis' ? 'page' : undefined}>
            {texts.diagnosis.title}
          </a>
          <a href={`${home}/glossary`} aria-current={current === 'glossary' ? 'page' : undefined}>
            {texts.glossary.title}
          </a>
          <a href={`${home}/instructors`} aria-current={current === 'instructors' ? 'page' : undefined}>
            {texts.instructors.nav}
          </a>
        </nav>
      )}
      <span className="sp" />
      {children}
      <SearchButton />
      <LanguageSwitch />
      <ThemeToggle />
    </header>
  )
}
