import { expect, test } from 'vitest'
import { formatClock, formatDay, formatDuration, formatSeconds } from './time-text.ts'

test('durations are minutes and seconds, with hours only when there are some', () => {
  expect(formatDuration(0)).toBe('00:00')
  expect(formatDuration(75_000)).toBe('01:15')
  expect(formatDuration(3_723_999)).toBe('1:02:03')
  expect(formatDuration(-5)).toBe('00:00')
})

test('short times keep a second digit', () => {
  expect(formatSeconds(412)).toBe('0.41')
  expect(formatSeconds(8412)).toBe('8.4')
})

test('dates and clock times are written as the reader writes them', () => {
  const at = new Date(2026, 10, 22, 0, 5).getTime()
  expect(formatDay(at, 'en')).toBe('22 Nov, 00:05')
  expect(formatDay(at, 'zh-CN')).toBe('11月22日 00:05')
  expect(formatClock(at, 'en')).toBe('00:05')
})
