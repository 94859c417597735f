import { expect, test } from 'vitest'
import { createManualClock } from '../system/clock.ts'
import { createIdleTimer } from './idle-timer.ts'

function setUp() {
  const clock = createManualClock(0)
  const seen = { expired: 0, changes: 0 }
  const timer = createIdleTimer(clock, 30, { onExpire: () => seen.expired++, onChange: () => seen.changes++ })
  return { clock, seen, timer }
}
const minute = 60_000

test('expires once after the idle time, with the warning two minutes before', async () => {
  const { clock, seen, timer } = setUp()
  expect([timer.warnAt, timer.expiresAt]).toEqual([28 * minute, 30 * minute])
  await clock.advance(30 * minute - 1)
  expect(seen.expired).toBe(0)
  await clock.advance(1)
  await clock.advance(90 * minute)
  expect(seen.expired).toBe(1)
})

test('a touch gives the whole time again; a touch while warned is told at once', async () => {
  const { clock, seen, timer } = setUp()
  await clock.advance(29 * minute)
  timer.touch()
  expect([timer.expiresAt, seen.changes]).toEqual([59 * minute, 1])
  timer.touch()
  expect(seen.changes).toBe(1)
  await clock.advance(29 * minute)
  expect(seen.expired).toBe(0)
  await clock.advance(minute)
  expect(seen.expired).toBe(1)
})

test('stopped, it never expires', async () => {
  const { clock, seen, timer } = setUp()
  timer.stop()
  await clock.advance(60 * minute)
  expect(seen.expired).toBe(0)
})
