import { expect, test } from 'vitest'
import { createManualClock } from '../system/clock.ts'
import { watchMemory } from './memory-watch.ts'

test('tells once, when the limit is passed; a failed measurement does not end the watch', async () => {
  const clock = createManualClock(0)
  const measurements = [500, new Error('gone for a moment'), 900, 1100, 1200].map(
    (value) => () => (value instanceof Error ? Promise.reject(value) : Promise.resolve(value << 20)),
  )
  const seen: unknown[] = []
  watchMemory(clock, 1024, () => (measurements.shift() as () => Promise<number>)(), {
    onMeasured: () => {},
    onTooMuch: (mb) => seen.push(mb),
    onError: (error) => seen.push((error as Error).message),
  })
  await clock.advance(20_000)
  expect(seen).toEqual(['gone for a moment', 1100])
})
