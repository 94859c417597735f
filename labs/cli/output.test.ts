import { expect, test } from 'vitest'
import { LabError } from '../spec/errors.ts'
import { createOutput, exitCodeOf, formatDuration, formatError, formatTable } from './output.ts'

test('words or JSON, never both', () => {
  for (const json of [true, false]) {
    let printed = ''
    const output = createOutput(json, (text) => {
      printed += text
    })
    output.say('Ready.')
    output.data({ ready: true })
    expect(printed).toBe(json ? '{"ready":true}\n' : 'Ready.\n')
  }
})

test('errors', () => {
  const wrong = new LabError('bad-request', 'No.', { hint: 'Yes.' })
  expect([formatError(wrong, false), formatError(wrong, true), exitCodeOf(wrong)]).toEqual([
    'No.\n→ Yes.\n',
    '{"error":{"code":"bad-request","message":"No.","hint":"Yes."}}\n',
    2,
  ])
  expect(exitCodeOf(new LabError('lab-limit', 'x'))).toBe(1)
  expect(formatError(new TypeError('oops'), false)).toContain('output.test.ts')
})

test('tables and durations', () => {
  expect(
    formatTable([
      ['A', 'B', 'C'],
      ['long', 'x', 'y'],
    ]),
  ).toBe('A     B  C\nlong  x  y')
  expect([3, 1234, 59_400, 61_000].map(formatDuration)).toEqual(['3 ms', '1.2 s', '59 s', '1 min 1 s'])
})
