import { expect, test } from 'vitest'
import type { LabInfo } from '../sessions/sessions.ts'
import { endedLab, pickLab } from './context.ts'

const lab = (labId: string, scenarioId: string): LabInfo => ({
  labId,
  scenarioId,
  runtime: 'embedded',
  learner: 'local',
  state: 'broken',
  createdAt: 1,
  build: 'b',
})
const one = lab('abcd1234', 'sd-selector-typo')
const two = lab('abzz9999', 'np-and-or-selector')

test('the only lab needs no name', () => {
  expect(pickLab([one], undefined)).toBe(one)
  expect(() => pickLab([one, two], undefined)).toThrow(
    expect.objectContaining({ code: 'bad-request', hint: expect.stringContaining('abzz9999') }),
  )
  expect(() => pickLab([], undefined)).toThrow(expect.objectContaining({ code: 'lab-unknown' }))
})

test('by id, by its beginning, by scenario', () => {
  expect(pickLab([one, two], 'abcd1234')).toBe(one)
  expect(pickLab([one, two], 'abz')).toBe(two)
  expect(pickLab([one, two], 'np-and-or-selector')).toBe(two)
  expect(() => pickLab([one, two], 'ab')).toThrow(expect.objectContaining({ code: 'bad-request' }))
})

test('a slip of the finger gets a suggestion', () => {
  expect(() => pickLab([one, two], 'sd-selector-tpyo')).toThrow(
    expect.objectContaining({ code: 'lab-unknown', hint: expect.stringContaining('Did you mean sd-selector-typo?') }),
  )
})

test('a lab that has ended is remembered, with its reason', () => {
  const attempt = {
    labId: 'abcd1234',
    scenarioId: 'sd-selector-typo',
    runtime: 'embedded',
    learner: 'local',
    createdAt: 1,
    hints: 0,
    resets: 0,
    endedAt: 2,
  }
  expect(endedLab({ ...attempt, endReason: 'lost', endDetail: 'The lab process died.' }).message).toBe(
    'Lab abcd1234 (sd-selector-typo) was lost. The lab process died.',
  )
  expect(endedLab({ ...attempt, endReason: 'stopped' })).toMatchObject({
    code: 'lab-unknown',
    message: 'Lab abcd1234 (sd-selector-typo) was stopped.',
    hint: expect.stringContaining('lab start sd-selector-typo'),
  })
})
