import { expect, test } from 'vitest'
import { addProbe, type Probe, shortMs, stripScale } from './probe-strip-scale.ts'
import { recordedPath } from './recorded-path.ts'

const probe = (ms: number): Probe => ({ number: 1, at: 0, answered: true, ms })

test('the strip keeps the last twenty and goes on counting', () => {
  let probes: Probe[] = []
  for (let n = 0; n < 25; n++) probes = addProbe(probes, recordedPath({ at: n }))
  expect(probes.map(({ number, at }) => [number, at])).toEqual(Array.from({ length: 20 }, (_, i) => [i + 6, i + 5]))
})

test('only an answer that came back as it should is one', () => {
  const outcome = 'answered'
  const answeredBy = (state: 'delivered' | 'bad-reply') =>
    addProbe([], recordedPath({ outcome, verdict: { state, cause: 'x', sentence: '' } }))[0]?.answered
  expect([answeredBy('delivered'), answeredBy('bad-reply'), addProbe([], recordedPath())[0]?.answered]).toEqual([true, false, false])
})

test('each power of ten is as high as the last, and nothing leaves the scale', () => {
  const { share } = stripScale([probe(3)])
  expect([share(0.2), share(1), share(2000), share(9000)]).toEqual([0, 0, 1, 1])
  expect(share(100) - share(10)).toBeCloseTo(share(10) - share(1))
})

test('the scale ends at 2 s, at more only where a probe took more', () => {
  expect(stripScale([]).ticks).toEqual([1, 10, 100, 2000])
  expect(stripScale([probe(2013)])).toMatchObject({ top: 2000, ticks: [1, 10, 100, 2000] })
  expect(stripScale([probe(5000)])).toMatchObject({ top: 10_000, ticks: [1, 10, 100, 1000, 10_000] })
})

test.each([
  [0.4, '< 1 ms'],
  [3.4, '3 ms'],
  [999.6, '1 s'],
  [1000, '1 s'],
  [2013, '2.0 s'],
])('%d ms is written %s', (ms, text) => {
  expect(shortMs(ms)).toBe(text)
})
