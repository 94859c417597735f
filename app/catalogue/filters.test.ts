// Filters and their addresses.
import { describe, expect, it } from 'vitest'
import type { CatalogueRow } from './catalogue-row.ts'
import { countWith, type Filters, queryOf, readFilters, shows } from './filters.ts'

const row = (change: Partial<CatalogueRow>): CatalogueRow => ({
  ...{ id: 'x', topic: 'dns', seedCase: 'dns', number: undefined, lesson: undefined, title: 'x', summary: 'x', language: 'en' },
  ...{ level: 'basic', minutes: 15, runtimes: ['embedded', 'kind'], running: undefined, solvedMs: undefined, triedAt: undefined },
  proofs: { embedded: { state: 'none' }, kind: { state: 'none' } },
  ...change,
})
const read = (query: string) => readFilters((name) => new URLSearchParams(query).get(name))

describe('the query of an address', () => {
  it('holds every filter, and comes back as it was', () => {
    const filters: Filters = { topic: 'policy', case: 'pod-to-pod', runtime: 'kind', time: '30', you: 'open' }
    expect(queryOf(filters)).toBe('?topic=policy&case=pod-to-pod&runtime=kind&time=30&you=open')
    expect(read(queryOf(filters))).toEqual(filters)
    expect(queryOf({})).toBe('')
  })
  it('filters nothing where it says something unknown', () => {
    expect(read('?topic=cooking&time=15&sort=up')).toEqual({ time: '15' })
  })
})

describe('shows', () => {
  it('wants all filters at once', () => {
    expect(shows({}, row({}))).toBe(true)
    expect(shows({ topic: 'dns', time: '15' }, row({}))).toBe(true)
    expect(shows({ topic: 'dns', time: '15' }, row({ minutes: 20 }))).toBe(false)
    expect(shows({ runtime: 'kind' }, row({ runtimes: ['embedded'] }))).toBe(false)
    expect(shows({ case: 'dns' }, row({ seedCase: undefined }))).toBe(false)
  })
  it('knows what is solved', () => {
    expect(shows({ you: 'solved' }, row({ solvedMs: 1000 }))).toBe(true)
    expect(shows({ you: 'open' }, row({ solvedMs: 1000 }))).toBe(false)
    expect(shows({ you: 'open' }, row({ triedAt: 1 }))).toBe(true)
  })
  it('counts what another choice would show', () => {
    const rows = [row({}), row({ topic: 'policy', minutes: 40 }), row({ topic: 'policy' })]
    expect(countWith(rows, { topic: 'dns' }, { topic: 'policy' })).toBe(2)
    expect(countWith(rows, { topic: 'policy' }, { time: '15' })).toBe(1)
    expect(countWith(rows, { topic: 'policy' }, { topic: undefined })).toBe(3)
  })
})
