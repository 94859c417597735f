// Selectors, ages, quantities and the texts of tables.
import { describe, expect, test } from 'vitest'
import { humanDuration } from './durations.ts'
import { includeObjectOf, wantsTable } from './http/table.ts'
import { canonicalQuantity } from './quantities.ts'
import { formatLabelSelector, matchesLabelSelector, parseFieldSelector, parseLabelSelector } from './selectors.ts'

describe('label selectors', () => {
  const labels = { app: 'web', tier: 'front', n: '5' }
  test.each([
    ['', true],
    ['app=web', true],
    ['app==web,tier!=back', true],
    ['app!=web', false],
    ['missing!=x', true],
    ['app in (web, api)', true],
    ['app notin (web)', false],
    ['missing notin (web)', true],
    ['app', true],
    ['!app', false],
    ['!missing', true],
    ['n>4,n<6', true],
    ['n>5', false],
    ['app in (web),tier in (back)', false],
  ])('%s', (text, expected) => expect(parseLabelSelector(text)(labels)).toBe(expected))
  test('what cannot be parsed says what was expected', () => {
    expect(() => parseLabelSelector('a in (b')).toThrow("unable to parse requirement: found '', expected: ',' or ')'")
    expect(() => parseLabelSelector('a b')).toThrow("unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt")
  })
  test('objects: nothing selects nothing, the empty selector all', () => {
    expect(matchesLabelSelector(undefined, labels)).toBe(false)
    expect(matchesLabelSelector({}, labels)).toBe(true)
    expect(matchesLabelSelector({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, labels)).toBe(false)
    expect(matchesLabelSelector({ matchExpressions: [{ key: 'gone', operator: 'DoesNotExist' }] }, labels)).toBe(true)
  })
  test('as printed', () => {
    const selector = {
      matchLabels: { b: '1' },
      matchExpressions: [
        { key: 'a', operator: 'In', values: ['y', 'x'] },
        { key: 'c', operator: 'Exists' },
      ],
    }
    expect(formatLabelSelector(selector)).toBe('a in (x,y),b=1,c')
    expect(formatLabelSelector({})).toBe('<none>')
  })
})

test('field selectors know only their fields', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'd', uid: '', resourceVersion: '', creationTimestamp: '' },
  }
  expect(parseFieldSelector('metadata.name=p,metadata.namespace!=x', {})(object)).toBe(true)
  expect(() => parseFieldSelector('spec.foo=1', {})).toThrow('field label not supported: spec.foo')
})

test.each([
  [0, '0s'],
  [-500, '0s'],
  [-3000, '<invalid>'],
  [119_000, '119s'],
  [120_000, '2m'],
  [150_000, '2m30s'],
  [600_000, '10m'],
  [3 * 3600_000, '3h'],
  [3.5 * 3600_000, '3h30m'],
  [9 * 3600_000, '9h'],
  [50 * 3600_000, '2d2h'],
  [10 * 86_400_000, '10d'],
  [800 * 86_400_000, '2y70d'],
])('%d ms is %s', (ms, text) => expect(humanDuration(ms)).toBe(text))

test.each([
  ['0.5', '500m'],
  ['1024Mi', '1Gi'],
  ['1000m', '1'],
  ['1500Mi', '1500Mi'],
  ['1e3', '1e3'],
  ['100k', '100k'],
  ['0', '0'],
  [2, '2'],
  ['0.1Gi', '107374182400m'],
  ['abc', undefined],
  ['1Kb', undefined],
])('quantity %s is %s', (text, expected) => expect(canonicalQuantity(text)).toBe(expected))

test('a Table is sent when it is the first JSON that is asked for', () => {
  expect(
    wantsTable('application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'),
  ).toBe(true)
  expect(wantsTable('application/json')).toBe(false)
  expect(wantsTable('application/vnd.kubernetes.protobuf,application/json')).toBe(false)
  expect(() => includeObjectOf(new URLSearchParams('includeObject=Some'))).toThrow('unrecognized includeObject value')
})
