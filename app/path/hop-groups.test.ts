import { expect, test } from 'vitest'
import { groupHops, jumpCount, passedCount } from './hop-groups.ts'
import { hop, recordedPath } from './recorded-path.ts'

const places = (result = recordedPath(), jumps = true) =>
  groupHops(result, { jumps }).map(({ leg, hops }) => [
    leg,
    hops.map((h) => `${h.number}${h.first ? ` ${h.hop.place}` : ''}${h.dead ? ' dead' : ''}`),
  ])

test('a place is named once, the hop where it died is marked', () => {
  expect(places()).toEqual([['request', ['1 pod/client', '2 node/worker', '3', '4', '5 node/worker2 dead', '6 pod/shop:cart-1']]])
})

test('without jumps the numbers stay, and a hidden first hop leaves its place to the next', () => {
  expect(places(recordedPath(), false)).toEqual([
    ['request', ['1 pod/client', '2 node/worker', '4', '5 node/worker2 dead', '6 pod/shop:cart-1']],
  ])
  const early = recordedPath({
    hops: [hop({ kind: 'rule', outcome: 'matched' }), hop({})],
    verdict: { state: 'unknown', cause: 'x', sentence: '' },
  })
  expect(places(early, false)).toEqual([['request', ['2 node/worker']]])
})

test('a rule is left out only where it leads on: one where the packet died stays', () => {
  expect(jumpCount(recordedPath())).toBe(1)
  const { verdict } = recordedPath()
  const there = recordedPath({ verdict: { ...verdict, hop: 2 } })
  expect(jumpCount(there)).toBe(0)
  expect(places(there, false)[0]?.[1]).toContain('3 dead')
})

test('legs follow each other, and a leg that comes again has a part of its own', () => {
  const hops = [hop({ leg: 'lookup' }), hop({}), hop({ leg: 'error' }), hop({})]
  const result = recordedPath({ hops, verdict: { state: 'delivered', cause: 'delivered', hop: 3, sentence: '' } })
  expect(places(result).map(([leg]) => leg)).toEqual(['lookup', 'request', 'error', 'request'])
  expect(places(result).flatMap(([, shown]) => shown)).not.toContain('4 node/worker dead')
})

test('what was not reached, or was the end, was not passed', () => {
  expect(passedCount(recordedPath())).toBe(4)
})
