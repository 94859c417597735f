// How long a proof waits and what it calls a result. Time is moved by hand.
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { GradeResult } from '../spec/protocol.ts'
import { createManualClock } from '../system/clock.ts'
import { allPass, isRejectedBy, isTurnedDown, type Look, looksBroken, lookUntil } from './expectation.ts'

const result = (id: string, state: GradeResult['state'], kind: GradeResult['kind'] = 'check', sentence?: string): GradeResult => ({
  id,
  kind,
  state,
  ms: 1,
  seen: `saw ${id}`,
  ...(sentence ? { sentence } : {}),
})

describe('lookUntil', () => {
  async function watch(looks: (number: number) => string | undefined, patience: { deadlineMs: number; holdMs: number }) {
    const clock = createManualClock()
    let count = 0
    const look = async (): Promise<Look> => ({ results: [], problem: looks(count++) })
    const ended = lookUntil(look, patience, clock, new AbortController().signal)
    for (let turn = 0; turn < 200; turn++) {
      await delay(0)
      await clock.advance(50)
    }
    return { last: await ended, count }
  }
  it('waits for what comes late', async () => {
    const { last, count } = await watch((n) => (n < 5 ? 'not yet' : undefined), { deadlineMs: 3000, holdMs: 0 })
    expect(last.problem).toBeUndefined()
    expect(count).toBe(7) // two good looks
  })
  it('is not content with what does not last', async () => {
    const { last } = await watch((n) => (n % 4 === 3 ? 'it works after all' : undefined), { deadlineMs: 2000, holdMs: 500 })
    expect(last.problem).toBe('it works after all')
  })
  it('gives up at the deadline with the last problem', async () => {
    const { last, count } = await watch(() => 'never', { deadlineMs: 1000, holdMs: 0 })
    expect(last.problem).toBe('never')
    expect(count).toBe(21)
  })
})

describe('expectations', () => {
  it('name what does not pass', () => {
    expect(allPass([result('a', 'pass'), result('b', 'pass', 'guard')])).toBeUndefined()
    expect(allPass([result('a', 'pass'), result('b', 'unknown', 'guard')])).toBe('the guard b should pass and is unknown (saw b)')
  })
  it('a broken lab shows its symptom, fails a check aloud and breaks no guard', () => {
    const symptom = [result('s', 'pass', 'symptom')]
    const failing = [result('a', 'fail', 'check', 'why')]
    expect(looksBroken(symptom, failing, [])).toBeUndefined()
    expect(looksBroken([result('s', 'fail', 'symptom')], failing, [])).toContain('the symptom s should pass')
    expect(looksBroken(symptom, [result('a', 'pass')], [])).toBe('no check fails although the fault is in')
    expect(looksBroken(symptom, [result('a', 'fail')], [])).toBe('the check a fails and says nothing')
    expect(looksBroken(symptom, failing, [result('g', 'fail', 'guard', 'why')])).toContain('the guard g should pass')
  })
  it('a wrong fix is turned down by the judge it names, with words', () => {
    expect(isRejectedBy('g', [result('a', 'pass'), result('g', 'fail', 'guard', 'because')])).toBeUndefined()
    expect(isRejectedBy('g', [result('a', 'fail', 'check', 'x'), result('g', 'pass', 'guard')])).toBe(
      'the guard g should turn it down and is pass (saw g); what fails is a',
    )
    expect(isRejectedBy('g', [result('g', 'fail', 'guard')])).toBe('the guard g turns it down and says nothing')
    expect(isRejectedBy('x', [])).toBe('nothing named x was graded')
  })
})

describe('isTurnedDown', () => {
  it('wants somebody who fails and says why, whoever it is', () => {
    expect(isTurnedDown([result('web', 'pass'), result('kept', 'fail', 'guard', 'Not so.')])).toBeUndefined()
    expect(isTurnedDown([result('web', 'pass'), result('kept', 'pass', 'guard')])).toBe('every check passes and every guard holds')
    expect(isTurnedDown([result('web', 'unknown'), result('kept', 'fail', 'guard')])).toMatch(
      /nothing tells a learner.*check web is unknown/,
    )
  })
})
