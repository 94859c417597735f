import { expect, test } from 'vitest'
import { mergeLessons } from './reading-record.ts'

test('a file adds to what the browser has, and overwrites nothing', () => {
  const here = { wire: { readAt: 500, answers: [1, null] }, names: { place: { block: 3, part: 0 } } }
  const file = { wire: { readAt: 200, answers: [0, 0] }, names: { readAt: 9, place: { block: 8, part: 0 } }, policy: { answers: [2] } }
  expect(mergeLessons(here, file)).toEqual({
    wire: { readAt: 200, answers: [1, null] },
    names: { readAt: 9, place: { block: 3, part: 0 } },
    policy: { answers: [2] },
  })
})
