import { expect, test } from 'vitest'
import { longestProgressFile, readProgressFile } from './progress-file.ts'

const file = {
  format: 'podwire-progress',
  version: 1,
  savedAt: 1_790_000_000_000,
  solved: [{ scenario: 'sd-selector-typo', firstAt: 1, lastAt: 2, bestMs: 75_000, times: 3 }],
  lessons: { wire: { readAt: 5, place: { block: 7, part: 0.5 }, answers: [1, null] } },
}
const read = (change: object) => readProgressFile(JSON.stringify({ ...file, ...change }))

test('a file that was saved is read as it was', () => expect(read({})).toEqual(file))

test('what is wrong is named, with the field', () => {
  expect(readProgressFile('{"format":')).toEqual({ problem: 'not-json' })
  expect(readProgressFile('[]')).toEqual({ problem: 'not-ours' })
  expect(read({ format: 'other' })).toEqual({ problem: 'not-ours' })
  expect(read({ version: 2 })).toEqual({ problem: 'version', version: '2' })
  expect(read({ solved: [{ ...file.solved[0], bestMs: '75' }] })).toMatchObject({ problem: 'field', field: 'solved.0.bestMs' })
  expect(read({ solved: [{ ...file.solved[0], times: 0 }] })).toMatchObject({ field: 'solved.0.times' })
  expect(read({ lessons: { '../x': {} } })).toMatchObject({ problem: 'field' })
  expect(read({ lessons: { wire: { place: { block: 1, part: 2 } } } })).toMatchObject({ field: 'lessons.wire.place.part' })
  expect(readProgressFile(' '.repeat(longestProgressFile + 1))).toEqual({ problem: 'too-long' })
})
