import { describe, expect, it } from 'vitest'
import { commands, enough, shownBy, survivors, suspects } from './evidence.ts'

describe('survivors', () => {
  it('are all, before anything was asked', () => expect(survivors([], 'buffer')).toEqual(suspects))
  it('always have the guilty one among them', () => {
    for (const guilty of suspects) for (const command of commands) expect(survivors([command], guilty)).toContain(guilty)
  })
  it('are the guilty one alone when everything was asked', () => {
    for (const guilty of suspects) expect(survivors(commands, guilty)).toEqual([guilty])
  })
  it('are, once the answer was seen on the card and no rule counted, the resolver and the kernel', () =>
    expect(survivors(['rules', 'tcpdump'], 'buffer')).toEqual(['resolver', 'buffer', 'policy']))
  it('are only the kernel after the steps of the real case, which nstat then tells apart', () => {
    const real = commands.filter((c) => c !== 'nstat' && c !== 'dnsPod')
    expect(survivors(real, 'buffer')).toEqual(['buffer', 'policy'])
    expect(survivors([...real, 'nstat'], 'buffer')).toEqual(['buffer'])
  })
})

describe('shownBy', () => {
  it('has no command that takes nobody away', () => {
    for (const command of commands) expect(new Set(suspects.map((s) => shownBy(command, s))).size).toBeGreaterThan(1)
  })
  it('clears by TCP whoever has no part in UDP: nobody who drops datagrams answers otherwise', () => {
    for (const s of ['question', 'answer', 'rule', 'buffer', 'policy'] as const) expect(shownBy('tcp', s)).toBe('answer')
  })
})

describe('enough', () => {
  it('asks nothing of one suspect, and one question of two that differ', () => {
    expect(enough(['buffer'])).toBe(0)
    expect(enough(['buffer', 'policy'])).toBe(1)
  })
  it('is kept by a way of asking that takes the best command each time', () => {
    const n = enough()
    expect(n).toBeGreaterThanOrEqual(Math.ceil(Math.log(suspects.length) / Math.log(3)))
    for (const guilty of suspects) {
      let left = suspects
      let asked = 0
      while (left.length > 1) {
        const ask = commands.find((c) => Math.max(...left.map((g) => enough(survivors([c], g, left)))) < enough(left)) ?? 'nstat'
        left = survivors([ask], guilty, left)
        asked++
      }
      expect(asked).toBeLessThanOrEqual(n)
    }
  })
})
