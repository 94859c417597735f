import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../system/clock.ts'
import { startHealthCheck } from './health-check.ts'

function watch(results: () => boolean | Error, spec = {}, eager = true) {
  const clock = createManualClock()
  const changes: boolean[] = []
  const failures: string[] = []
  let tries = 0
  const check = startHealthCheck({
    spec: { periodSeconds: 10, failureThreshold: 2, ...spec },
    clock,
    eager,
    run: async () => {
      tries++
      const ok = results()
      if (ok instanceof Error) throw ok
      return { ok, detail: 'refused' }
    },
    onFailure: (detail) => failures.push(detail),
    onChange: (healthy) => changes.push(healthy),
  })
  /** The first try is under way when time begins to move. */
  const advance = async (ms: number) => {
    await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(ms)
  }
  return { clock: { advance }, changes, failures, check, tries: () => tries }
}

describe('health check', () => {
  it('finds a server that comes up a moment later without waiting for a period', async () => {
    let up = false
    const { clock, changes, failures } = watch(() => up)
    await clock.advance(20)
    expect(changes).toEqual([])
    up = true
    await clock.advance(100)
    expect(changes).toEqual([true])
    expect(failures).toEqual([])
  })

  it('needs failureThreshold failures in a row, each of which is told', async () => {
    let up = true
    const { clock, changes, failures } = watch(() => up)
    await clock.advance(10)
    up = false
    await clock.advance(10_000)
    expect(changes).toEqual([true])
    await clock.advance(10_000)
    expect(changes.at(-1)).toBe(false)
    expect(failures).toEqual(['refused', 'refused'])
  })

  it('asks a liveness probe only once each period', async () => {
    const { clock, tries, changes } = watch(() => false, {}, false)
    await clock.advance(9_999)
    expect(tries()).toBe(0)
    await clock.advance(10_001)
    expect(tries()).toBe(2)
    expect(changes).toEqual([false])
  })

  it('takes a probe that could not be taken as failed, and goes on', async () => {
    let result: boolean | Error = new Error('too busy')
    const { clock, failures, changes } = watch(() => result)
    await clock.advance(12_000)
    expect(failures).toEqual(['too busy'])
    result = true
    await clock.advance(10_000)
    expect(changes).toEqual([true])
  })

  it('stops', async () => {
    const { clock, tries, check } = watch(() => false)
    await clock.advance(10)
    const before = tries()
    check.stop()
    await clock.advance(60_000)
    expect(tries()).toBe(before)
  })
})
