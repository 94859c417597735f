import { expect, test } from 'vitest'
import { LabError } from '../spec/errors.ts'
import { labState } from '../spec/lab.ts'
import { isLive, isOver, requireMove } from './lab-state.ts'

test('a healthy lab can be broken, a broken one cannot be broken again', () => {
  expect(() => requireMove('healthy', 'break')).not.toThrow()
  expect(() => requireMove('broken', 'break')).toThrow(
    expect.objectContaining({ code: 'lab-state', message: 'The lab is broken already.' }),
  )
})

test('nothing can be asked of a lab that is over', () => {
  for (const state of labState.options.filter(isOver)) {
    for (const move of ['break', 'reset', 'withdraw', 'hint', 'answer', 'enter', 'grade'] as const)
      expect(() => requireMove(state, move)).toThrow(LabError)
    expect(isLive(state)).toBe(false)
  }
})
