import { expect, test } from 'vitest'
import type { PathResult } from '../../labs/spec/path.ts'
import { en } from '../texts/en.ts'
import { hop, recordedPath } from './recorded-path.ts'
import { placeText, verdictHeading } from './verdict-text.ts'

const heading = (verdict: Partial<PathResult['verdict']>, change: Partial<PathResult> = {}) =>
  verdictHeading(recordedPath({ ...change, verdict: { state: 'unknown', cause: 'x', sentence: '', ...verdict } }), en)

test('where it died is said with place and hop, counted from one', () => {
  expect(heading({ state: 'dropped', place: 'node/worker2', hop: 4 })).toBe('Dropped on worker2, at hop 5 of 6')
  expect(heading({ state: 'refused', place: 'pod/shop:cart-1', hop: 5 })).toBe('Refused by pod cart-1 in shop, at hop 6 of 6')
})

test('the place comes from the hop where the verdict names none, and is left out where nobody knows it', () => {
  expect(heading({ state: 'stuck', hop: 0 })).toBe('Stuck on pod client, at hop 1 of 6')
  expect(heading({ state: 'not-sent', place: 'host/partner' })).toBe('Not sent from partner')
  expect(heading({ state: 'unresolved' })).toBe('Name not resolved')
})

test('an answer names who gave it: the last place the request was delivered to', () => {
  const hops = [
    hop({ place: 'pod/client' }),
    hop({ place: 'pod/cart-1', outcome: 'delivered' }),
    hop({ place: 'pod/client', leg: 'reply', outcome: 'delivered' }),
  ]
  expect(heading({ state: 'delivered' }, { hops })).toBe('Answered by pod cart-1')
  expect(heading({ state: 'delivered' }, { hops: [] })).toBe('Answered')
})

test('what is unknown says where the packet was last seen', () => {
  expect(heading({})).toBe('Unknown: last seen on worker2, at hop 5 of 6')
  expect(heading({}, { hops: [] })).toBe('Unknown: the packet was seen nowhere')
})

test('every place is written as people call it', () => {
  expect(['laptop', 'node/worker', 'host/partner', 'pod/client', 'pod/shop:web-0/app'].map((place) => placeText(place, en))).toEqual([
    'laptop',
    'worker',
    'partner',
    'pod client',
    'pod web-0 in shop',
  ])
})
