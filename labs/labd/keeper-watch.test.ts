import { expect, test } from 'vitest'
import { createManualClock } from '../system/clock.ts'
import { watchKeeper } from './keeper-watch.ts'

const minutes = (n: number) => n * 60_000

test('a spare whose keeper comes back in time stays; one that nobody keeps ends, once', async () => {
  const clock = createManualClock(0)
  let kept = true
  let ended = 0
  watchKeeper(
    clock,
    () => ended++,
    () => kept,
  )
  await clock.advance(minutes(30))
  kept = false
  await clock.advance(minutes(8))
  kept = true
  await clock.advance(minutes(2))
  kept = false
  await clock.advance(minutes(9))
  expect(ended).toBe(0)
  await clock.advance(minutes(30))
  expect(ended).toBe(1)
})

test('a spare that became a lab is watched no more', async () => {
  const clock = createManualClock(0)
  let ended = 0
  watchKeeper(
    clock,
    () => ended++,
    () => false,
  )()
  await clock.advance(minutes(60))
  expect(ended).toBe(0)
})
