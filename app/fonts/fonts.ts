// The three faces of the design as CSS variables; the root layout puts them on <html>.
import localFont from 'next/font/local'

const text = localFont({
  src: [
    { path: './source-serif-4-latin-opsz-normal.woff2', weight: '200 900', style: 'normal' },
    { path: './source-serif-4-latin-opsz-italic.woff2', weight: '200 900', style: 'italic' },
  ],
  variable: '--font-text',
  display: 'swap',
})
const ui = localFont({
  src: './atkinson-hyperlegible-next-latin-wght-normal.woff2',
  weight: '200 800',
  variable: '--font-ui',
  display: 'swap',
})
const mono = localFont({ src: './red-hat-mono-latin-wght-normal.woff2', weight: '300 700', variable: '--font-mono', display: 'swap' })

export const fontVariables = `${text.variable} ${ui.variable} ${mono.variable}`
