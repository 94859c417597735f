'use client'
// The last resort: the root layout itself failed, so nothing of it (faces, texts) can be used here.
import { en } from './texts/en.ts'

export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body style={{ font: '16px/1.5 system-ui, sans-serif', maxWidth: 560, margin: '64px auto', padding: '0 16px' }}>
        <title>{en.error.title}</title>
        <h1>{en.error.title}</h1>
        <p>{en.error.body}</p>
        <button type="button" onClick={reset}>
          {en.error.again}
        </button>
      </body>
    </html>
  )
}
