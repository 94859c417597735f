import { describe, expect, it } from 'vitest'
import { bucketOf, buckets, type Call, columnsOf, counts, faults, makeCalls, patience, shared, views } from './signature.ts'

describe('makeCalls', () => {
  it('makes the same sixty calls whatever is wrong', () => {
    const asked = faults.map((fault) => makeCalls(fault).map(({ at, size, replica }) => `${at} ${size} ${replica}`))
    expect(asked[0]).toHaveLength(60)
    for (const one of asked) expect(one).toEqual(asked[0])
  })
  it('asks each size and each replica often enough to tell', () => {
    for (const view of views) for (const column of counts(makeCalls('none'), view)[0] ?? []) expect(column).toBeGreaterThan(4)
  })
})

describe('counts', () => {
  it('has each call in one cell', () => {
    for (const fault of faults)
      for (const view of views) {
        const cells = counts(makeCalls(fault), view)
        expect(cells.flat().reduce((a, b) => a + b)).toBe(60)
        expect(cells.every((row) => row.length === columnsOf(view).length)).toBe(true)
      }
  })
  it('puts who gave up into the last row', () => expect(bucketOf(patience)).toBe(buckets.length - 1))
})

describe('shared', () => {
  it('reads from the calls what was wrong with them', () => {
    expect(faults.map((fault) => shared(makeCalls(fault)))).toEqual([
      { what: 'nothing' },
      { what: 'size', above: 900 },
      { what: 'replica', replica: 'b' },
      { what: 'wait', seconds: 5, all: false },
      { what: 'at', from: 24, to: 35 },
      { what: 'wait', seconds: 10, all: true },
    ])
  })
  it('names no size where one large call was quick', () => {
    const calls: Call[] = makeCalls('narrow').map((c, i, all) =>
      i === all.findIndex((x) => x.size === 200_000) ? { ...c, took: 0.03 } : c,
    )
    expect(shared(calls).what).not.toBe('size')
  })
})
