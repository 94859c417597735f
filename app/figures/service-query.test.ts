import { describe, expect, it } from 'vitest'
import { answerQuery, type FigurePod } from './service-query.ts'

const pod = (name: string, n: number, change: Partial<FigurePod> = {}): FigurePod => ({
  name,
  ip: `10.244.1.${n}`,
  node: 'worker',
  app: 'web',
  ready: true,
  terminating: false,
  ...change,
})

describe('answerQuery', () => {
  it('finds what the label says and writes one rule for each', () => {
    const answer = answerQuery([pod('a', 5), pod('b', 6), pod('c', 7, { app: 'api' })], 'web')
    expect(answer.rows.map((r) => r.pod)).toEqual(['a', 'b'])
    expect(answer.rules.filter((r) => r.includes('--to-destination'))).toHaveLength(2)
    expect(answer.rules.some((r) => r.includes('--probability 0.5000000000'))).toBe(true)
    expect(answer.answering).toBe(2)
  })
  it('rejects when nothing matches', () => {
    const answer = answerQuery([pod('a', 5)], 'wbe')
    expect(answer.rows).toEqual([])
    expect(answer.rules).toEqual([
      '-A KUBE-SERVICES -m comment --comment "default/web has no endpoints" -m tcp -p tcp -d 10.96.71.12 --dport 80 -j REJECT',
    ])
    expect(answer.answering).toBe(0)
  })
  it('keeps an unready pod in the slice and out of the rules', () => {
    const answer = answerQuery([pod('a', 5), pod('b', 6, { ready: false })], 'web')
    expect(answer.rows.map((r) => r.ready)).toEqual([true, false])
    expect(answer.answering).toBe(1)
  })
  it('falls back to terminating pods that still serve when no pod is ready', () => {
    const answer = answerQuery([pod('a', 5, { terminating: true })], 'web')
    expect(answer.rows[0]).toMatchObject({ ready: false, serving: true, terminating: true })
    expect(answer.answering).toBe(1)
  })
})
