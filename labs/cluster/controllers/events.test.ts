// The recorder: the same event is counted, and from the tenth different message on similar ones are told in one.
import { expect, test } from 'vitest'
import { createManualClock } from '../../system/clock.ts'
import { createStore } from '../api/memory-store.ts'
import { createEventRecorder } from './events.ts'

const setUp = () => {
  const clock = createManualClock(Date.UTC(2026, 0, 1))
  const store = createStore({ now: () => clock.now() })
  const about = store.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'default' } })
  const events = createEventRecorder(store, clock)
  const say = (message: string) => events.record('some-controller', about, { type: 'Normal', reason: 'Said', message })
  return {
    clock,
    say,
    told: () =>
      store
        .list('events')
        .map(({ message, count }) => `${count} ${message}`)
        .sort(),
  }
}

test('the same again raises the count', () => {
  const { say, told } = setUp()
  say('a')
  say('b')
  say('a')
  expect(told()).toEqual(['1 b', '2 a'])
})

test('similar events are combined from the tenth on, for ten minutes', () => {
  const { clock, say, told } = setUp()
  for (let i = 0; i < 12; i++) say(`message ${i}`)
  expect(told()).toHaveLength(10)
  expect(told()).toContain('3 (combined from similar events): message 11')
  clock.advance(601_000)
  say('later')
  expect(told()).toContain('1 later')
})
