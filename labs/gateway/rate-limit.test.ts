import { expect, test } from 'vitest'
import { createTokenBucket } from './rate-limit.ts'

test('a burst, then the steady rate', () => {
  let now = 0
  const bucket = createTokenBucket({ burst: 3, perSecond: 2 }, () => now)
  const take = (times: number) => Array.from({ length: times }, () => bucket.take())
  expect(take(4)).toEqual([true, true, true, false])
  now = 499
  expect(take(1)).toEqual([false])
  now = 1000
  expect(take(3)).toEqual([true, true, false])
  now = 60_000
  expect(take(4)).toEqual([true, true, true, false])
})
