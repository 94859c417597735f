import { expect, test } from 'vitest'
import { createInputLedger } from './input-ledger.ts'

test('repeats are told from new input, per client', () => {
  const ledger = createInputLedger()
  expect([
    ledger.take('a', 1),
    ledger.take('a', 2),
    ledger.take('a', 2),
    ledger.take('a', 1),
    ledger.take('b', 1),
    ledger.take('a', 3),
  ]).toEqual([true, true, false, false, true, true])
})

test('the client that has been silent longest is forgotten first', () => {
  const ledger = createInputLedger()
  ledger.take('old', 5)
  ledger.take('busy', 5)
  for (let i = 0; i < 255; i++) {
    ledger.take(`c${i}`, 1)
    ledger.take('busy', 6 + i)
  }
  expect(ledger.take('busy', 6)).toBe(false)
  expect(ledger.take('old', 5)).toBe(true)
})
