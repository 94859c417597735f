import { expect, test } from 'vitest'
import { readEnvironment } from './environment.ts'

test('defaults, and empty variables count as unset', () => {
  expect(readEnvironment({ PODWIRE_IDLE_MINUTES: '' })).toEqual({ idleMinutes: 30, labMemoryMB: 1024, maxLabs: 20, logLevel: 'info' })
})

test('values are read', () => {
  expect(readEnvironment({ PODWIRE_IDLE_MINUTES: '0.5', PODWIRE_MAX_LABS: '3' })).toMatchObject({ idleMinutes: 0.5, maxLabs: 3 })
})

test.each([
  ['PODWIRE_IDLE_MINUTES', 'soon'],
  ['PODWIRE_IDLE_MINUTES', '-1'],
  ['PODWIRE_LAB_MEMORY_MB', '12'],
  ['PODWIRE_LOG_LEVEL', 'loud'],
])('%s=%s is refused by name', (name, value) => {
  expect(() => readEnvironment({ [name]: value })).toThrow(new RegExp(`${name}=${value}`))
})
