// Text of strangers cannot drive a terminal.
import { expect, it } from 'vitest'
import { printable } from './printable.ts'

it('shows what would move the cursor, hide or reorder text as what it is', () => {
  expect(printable('a\tb\nc — 中文 ✔')).toBe('a\tb\nc — 中文 ✔')
  expect(printable('rm -rf /\r\u001b[2Kecho hello')).toBe('rm -rf /\\u{d}\\u{1b}[2Kecho hello')
  expect(printable('a\u202eb\u200bc\u009bd')).toBe('a\\u{202e}b\\u{200b}c\\u{9b}d')
})
