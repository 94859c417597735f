// Who is proved the long way today.
import { expect, it } from 'vitest'
import { chooseScenarios, scenariosOf, turnsADay } from './choice.ts'

const all = Array.from({ length: 10 }, (_, n) => `s${n}`)

it('takes what was touched first, and as many others as have their turn', () => {
  expect(chooseScenarios(all, ['s9', 's1', 'gone'], 0).ids).toEqual(['s9', 's1', 's0', 's2', 's3'])
  expect(chooseScenarios(all, [], 1).ids).toEqual(['s4', 's5', 's6', 's7'])
  expect(chooseScenarios(all, undefined, 1).sentence).toMatch(/not known; s4, s5, s6, s7 in rotation of day 1/)
})
it('gives everybody a turn within as few days as can be', () => {
  const days = Math.ceil(all.length / turnsADay)
  const seen = new Set(Array.from({ length: days }, (_, day) => chooseScenarios(all, [], 7 + day).ids).flat())
  expect([...seen].sort()).toEqual(all)
})
it('takes nobody twice where there are few', () => {
  expect(chooseScenarios(['a', 'b'], ['b'], 3).ids).toEqual(['b', 'a'])
})
it('finds scenarios by their files', () => {
  expect(
    scenariosOf(['labs/scenarios/b/solve.sh', 'labs/scenarios/a/text.en.yaml', 'labs/scenarios/a/x/y', 'labs/spec/scenario.ts']),
  ).toEqual(['a', 'b'])
})
