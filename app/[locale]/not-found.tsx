'use client'
// What an unknown address shows. A client component, because Next gives it no parameters: the locale comes from the layout's context.
import { Message } from '../shell/message.tsx'
import { useLocale, useTexts } from '../texts/locale-context.tsx'

export default function NotFound() {
  const texts = useTexts()
  const locale = useLocale()
  return <Message title={texts.notFound.title} body={texts.notFound.body} link={{ href: `/${locale}`, label: texts.notFound.home }} />
}
