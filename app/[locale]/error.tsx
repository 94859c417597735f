'use client'
// What a page shows when the server could not make it.
import { Message } from '../shell/message.tsx'
import { useLocale, useTexts } from '../texts/locale-context.tsx'

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const texts = useTexts()
  const locale = useLocale()
  return (
    <Message title={texts.error.title} body={texts.error.body} link={{ href: `/${locale}`, label: texts.notFound.home }}>
      {error.digest && (
        <p className="dim">
          {texts.error.reference} <code>{error.digest}</code>
        </p>
      )}
      <p>
        <button type="button" className="btn" onClick={reset}>
          {texts.error.again}
        </button>
      </p>
    </Message>
  )
}
