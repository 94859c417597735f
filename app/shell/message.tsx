// A page that only says something: not found, error. Has a bar of its own, since layouts have none.
import type { ReactNode } from 'react'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import { Brand } from './brand.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { ThemeToggle } from './theme-toggle.tsx'

export function Message({
  title,
  body,
  link,
  children,
}: {
  title: string
  body: string
  link?: { href: string; label: string }
  children?: ReactNode
}) {
  const texts = useTexts()
  const locale = useLocale()
  return (
    <>
      <header className="top">
        <Brand href={`/${locale}`} name={texts.brand} />
        <span className="sp" />
        <LanguageSwitch />
        <ThemeToggle />
      </header>
      <main className="message" id="main">
        <h1>{title}</h1>
        <p>{body}</p>
        {link && (
          <p>
            <a href={link.href}>{link.label}</a>
          </p>
        )}
        {children}
      </main>
    </>
  )
}
