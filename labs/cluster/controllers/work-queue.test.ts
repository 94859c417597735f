import { expect, test } from 'vitest'
import { createManualClock } from '../../system/clock.ts'
import { createWorkQueue } from './work-queue.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

test('a key asked for twice is done once, outside the caller', async () => {
  const done: string[] = []
  const queue = createWorkQueue({
    name: 't',
    clock: createManualClock(),
    log: { warn: () => undefined },
    reconcile: (key) => void done.push(key),
  })
  queue.add('a')
  queue.add('b')
  queue.add('a')
  expect(done).toEqual([])
  await turn()
  expect(done).toEqual(['a', 'b'])
})

test('a failure is logged and tried again, ever more slowly, until it works', async () => {
  const clock = createManualClock(0)
  const at: number[] = []
  const warnings: unknown[] = []
  const queue = createWorkQueue({
    name: 't',
    clock,
    log: { warn: (details: unknown) => void warnings.push(details) },
    reconcile() {
      at.push(clock.now())
      if (at.length < 4) throw new Error('not yet')
    },
  })
  queue.add('a')
  await turn()
  for (let ms = 0; ms < 200; ms += 10) {
    await clock.advance(10)
    await turn()
  }
  expect(at).toEqual([0, 10, 30, 70])
  expect(warnings).toHaveLength(3)
})

test('the earlier of two later wishes counts, and a stopped queue does nothing', async () => {
  const clock = createManualClock(0)
  const at: number[] = []
  const queue = createWorkQueue({ name: 't', clock, log: { warn: () => undefined }, reconcile: () => void at.push(clock.now()) })
  queue.addAfter('a', 50)
  queue.addAfter('a', 20)
  queue.addAfter('a', 90)
  await clock.advance(20)
  await turn()
  await clock.advance(100)
  await turn()
  expect(at).toEqual([20])
  queue.add('a')
  queue.addAfter('b', 5)
  queue.stop()
  await clock.advance(100)
  await turn()
  expect(at).toEqual([20])
})
