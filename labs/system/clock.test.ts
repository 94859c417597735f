import { expect, test } from 'vitest'
import { createManualClock, systemClock } from './clock.ts'

test('the manual clock runs what falls due, in order', async () => {
  const clock = createManualClock(0)
  const seen: string[] = []
  clock.after(20, () => seen.push(`b${clock.now()}`))
  clock.after(10, () => {
    seen.push(`a${clock.now()}`)
    clock.after(5, () => seen.push(`c${clock.now()}`))
  })
  const cancel = clock.after(12, () => seen.push('never'))
  cancel()
  await clock.advance(19)
  expect(seen).toEqual(['a10', 'c15'])
  await clock.advance(1)
  expect(seen).toEqual(['a10', 'c15', 'b20'])
})

test('a sleep that is aborted rejects with the reason', async () => {
  const stop = new AbortController()
  const sleeping = systemClock.sleep(60_000, stop.signal)
  stop.abort(new Error('enough'))
  await expect(sleeping).rejects.toThrow('enough')
})
