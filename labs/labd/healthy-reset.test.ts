import { expect, it } from 'vitest'
import type { GradeResult } from '../spec/protocol.ts'
import { systemClock } from '../system/clock.ts'
import { silentLog } from '../system/log.ts'
import { type Restoring, restoreHealthy } from './healthy-reset.ts'

const result = (state: GradeResult['state']): GradeResult => ({ id: 'web', kind: 'check', state, seen: 'refused', ms: 1 })

/** A lab whose checks say what the test says, one look after the other; the last for ever. */
function createLab(states: GradeResult['state'][], { canRecreate = true, restoreFails = false } = {}) {
  const done: string[] = []
  const parts: Restoring = {
    cluster: {
      async restore() {
        done.push('restore')
        if (restoreFails) throw new Error('a node does not answer')
      },
      ...(canRecreate ? { recreate: async () => void done.push('recreate') } : {}),
    },
    exercise: { setUp: async () => void done.push('set up') },
    grader: {
      baseline: async () => {},
      checks: async () => [result((states.length > 1 ? states.shift() : states[0]) as GradeResult['state'])],
      guards: async () => [],
    },
    clock: { ...systemClock, sleep: async () => {} },
    log: silentLog,
  }
  return { parts, done }
}
const signal = new AbortController().signal

it('takes a runtime that begins anew at its word', async () => {
  const { parts, done } = createLab(['fail'], { canRecreate: false })
  await restoreHealthy(parts, signal)
  expect(done).toEqual(['restore', 'set up'])
})

it('waits until the checks of a restored cluster hold', async () => {
  const { parts, done } = createLab(['fail', 'unknown', 'pass'])
  await restoreHealthy(parts, signal)
  expect(done).toEqual(['restore', 'set up'])
})

it.each([
  ['does not become healthy', {}],
  ['cannot be restored', { restoreFails: true }],
])('makes a cluster anew that %s', async (_, options) => {
  const { parts, done } = createLab(['fail'], options)
  await restoreHealthy(parts, signal)
  expect(done.slice(-2)).toEqual(['recreate', 'set up'])
})

it('ends with the lab, and makes nothing anew then', async () => {
  const { parts, done } = createLab(['pass'], { restoreFails: true })
  await expect(restoreHealthy(parts, AbortSignal.abort(new Error('stopping')))).rejects.toThrow('stopping')
  expect(done).toEqual(['restore'])
})
