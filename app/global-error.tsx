'use client'
// The last resort: the root layout itself failed, so nothing of it (faces, texts) can be used here. The address still tells the language.
import { usePathname } from 'next/navigation'
import { errorTexts } from './texts/en-error.ts'
import { errorTextsZh } from './texts/zh-CN-error.ts'

export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  const lang = usePathname()?.startsWith('/zh-CN') ? 'zh-CN' : 'en'
  const texts = lang === 'en' ? errorTexts : errorTextsZh
  return (
    <html lang={lang}>
      <body style={{ font: '16px/1.5 system-ui, sans-serif', maxWidth: 560, margin: '64px auto', padding: '0 16px' }}>
        <title>{texts.title}</title>
        <h1>{texts.title}</h1>
        <p>{texts.body}</p>
        <button type="button" onClick={reset}>
          {texts.again}
        </button>
      </body>
    </html>
  )
}
