import { expect, test } from 'vitest'
import { readEnvironment } from './environment.ts'

test('defaults, and empty variables count as unset', () => {
  expect(readEnvironment({ PODWIRE_IDLE_MINUTES: '' })).toEqual({
    idleMinutes: 30,
    memoryMB: { embedded: 1024, kind: 4096 },
    maxLabs: 20,
    warm: 0,
    warmRuntime: 'kind',
    logLevel: 'info',
  })
})

test('values are read', () => {
  expect(readEnvironment({ PODWIRE_IDLE_MINUTES: '0.5', PODWIRE_MAX_LABS: '3' })).toMatchObject({ idleMinutes: 0.5, maxLabs: 3 })
})

test.each([
  ['PODWIRE_IDLE_MINUTES', 'soon'],
  ['PODWIRE_IDLE_MINUTES', '-1'],
  ['PODWIRE_IDLE_MINUTES', '0'],
  ['PODWIRE_IDLE_MINUTES', '1e3'],
  ['PODWIRE_IDLE_MINUTES', 'Infinity'],
  ['PODWIRE_IDLE_MINUTES', '30 min'],
  ['PODWIRE_LAB_MEMORY_MB', '12'],
  ['PODWIRE_LAB_MEMORY_MB', '2G'],
  ['PODWIRE_MAX_LABS', '1.5'],
  ['PODWIRE_MAX_LABS', '0x10'],
  ['PODWIRE_MAX_LABS', '1001'],
  ['PODWIRE_WARM', 'two'],
  ['PODWIRE_WARM', '51'],
  ['PODWIRE_WARM_RUNTIME', 'docker'],
  ['PODWIRE_LOG_LEVEL', 'loud'],
])('%s=%s is refused by name', (name, value) => {
  expect(() => readEnvironment({ [name]: value })).toThrow(
    expect.objectContaining({
      code: 'bad-request',
      message: `${name}=${value} is not valid`,
      hint: expect.stringMatching(/^It takes .*default\.$/),
    }),
  )
})
