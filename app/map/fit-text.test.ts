import { expect, test } from 'vitest'
import { fitText, wrapText } from './fit-text.ts'

test('the middle of a long name is left out', () => {
  expect(fitText('web-7b8c9bdfbb-5nl84', 11)).toBe('web-7…5nl84')
  expect(fitText('web', 11)).toBe('web')
})

test('lines break at spaces, and a word that is too long anywhere', () => {
  expect(wrapText('Service web → 10.244.2.3:8080', 16)).toEqual(['Service web →', '10.244.2.3:8080'])
  expect(wrapText('a-name-without-any-space', 10)).toEqual(['a-name-wit', 'hout-any-s', 'pace'])
  expect(wrapText('', 10)).toEqual([])
})
