import { expect, test } from 'vitest'
import { type LabMoment, staleReason } from './stale.ts'

const at = (state: LabMoment['state'], resets = 0): LabMoment => ({ state, resets })

test.each([
  [at('broken'), at('broken'), undefined],
  [at('broken'), at('resetting'), 'reset'],
  [at('broken'), at('broken', 1), 'reset'],
  [at('healthy'), at('breaking'), 'broken'],
  [at('healthy'), at('broken'), 'broken'],
  [at('broken'), at('solved'), 'solved'],
  [at('solved'), at('solved'), undefined],
] as const)('seen while %o, looked at while %o', (then, now, reason) => {
  expect(staleReason(then, now)).toBe(reason)
})
