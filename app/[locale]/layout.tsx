// The root layout: language, faces, theme before the first paint, icons.
import type { Metadata, Viewport } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { locales } from '../../labs/spec/names.ts'
import { fontVariables } from '../fonts/fonts.ts'
import { IconSprite } from '../shell/sprite.tsx'
import { themeScript } from '../shell/theme-script.ts'
import { LocaleProvider } from '../texts/locale-provider.tsx'
import { isLocale, textsOf } from '../texts/texts.ts'
import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/work.css'
import '../styles/lab.css'
import '../styles/home.css'
import '../styles/debrief.css'
import '../styles/map.css'
import '../styles/path.css'
import '../styles/catalogue.css'
import '../styles/chinese.css'

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fbfcfd' },
    { media: '(prefers-color-scheme: dark)', color: '#161d21' },
  ],
}

export const generateStaticParams = () => locales.map((locale) => ({ locale }))

interface LocaleProps {
  params: Promise<{ locale: string }>
}

export async function generateMetadata({ params }: LocaleProps): Promise<Metadata> {
  const { locale } = await params
  const texts = textsOf(isLocale(locale) ? locale : 'en')
  return { title: { template: texts.pageTitle('%s'), default: 'Podwire' }, description: texts.tagline }
}

export default async function RootLayout({ children, params }: LocaleProps & { children: ReactNode }) {
  const { locale } = await params
  if (!isLocale(locale)) notFound()
  return (
    <html lang={locale} className={fontVariables} suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own constant; it must run before the first paint */}
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
      </head>
      <body>
        <IconSprite />
        <LocaleProvider locale={locale}>{children}</LocaleProvider>
      </body>
    </html>
  )
}
