import { expect, it } from 'vitest'
import { decide, type TierSettings } from './tiers.ts'

const settings = (change: Partial<TierSettings> = {}): TierSettings => ({ admin: 'none', policy: 'none', baseline: 'none', ...change })
const inside = (change: Partial<TierSettings>) =>
  decide(settings(change))
    .filter(({ allowed }) => allowed)
    .map(({ caller }) => caller)
const row = (caller: string, change: Partial<TierSettings>) => decide(settings(change)).find((each) => each.caller === caller)
const everybody = ['shop/api', 'shop/web', 'data/report', 'ops/api']

it('what no tier forbids is allowed', () => {
  expect(inside({})).toEqual(everybody)
  expect(row('shop/api', {})?.decidedBy).toBeUndefined()
})

it('the admin tier is read first, and its Accept and Deny are final', () => {
  expect(inside({ admin: 'deny-ops' })).toEqual(['shop/api', 'shop/web', 'data/report'])
  expect(inside({ admin: 'accept-ops', policy: 'db-access' })).toEqual(['shop/api', 'ops/api'])
  expect(row('ops/api', { admin: 'accept-ops', policy: 'deny-all', baseline: 'deny-all' })).toMatchObject({
    answers: { admin: 'accept', policy: 'unasked', baseline: 'unasked' },
    decidedBy: 'admin',
    allowed: true,
  })
})

it('Pass hands on, and the next rule of the same tier is not asked', () => {
  expect(inside({ admin: 'pass-shop', policy: 'db-access' })).toEqual(['shop/api'])
  expect(row('shop/web', { admin: 'pass-shop', policy: 'db-access' })).toMatchObject({ answers: { admin: 'pass', policy: 'deny' } })
  expect(inside({ admin: 'pass-shop' })).toEqual(['shop/api', 'shop/web'])
})

it('a NetworkPolicy that selects db decides in any case, so the baseline is for Pods that none selects', () => {
  expect(inside({ policy: 'db-access', baseline: 'deny-all' })).toEqual(['shop/api'])
  expect(row('shop/api', { policy: 'db-access', baseline: 'deny-all' })?.answers.baseline).toBe('unasked')
  expect(inside({ baseline: 'deny-all' })).toEqual([])
  expect(inside({ policy: 'deny-all' })).toEqual([])
})
