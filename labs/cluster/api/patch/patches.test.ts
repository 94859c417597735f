// The four ways to patch: strategic merge, merge, JSON patch and server-side apply.
import { describe, expect, test } from 'vitest'
import { ApiError, type KubeObject } from '../store.ts'
import { applyConfiguration } from './apply.ts'
import { applyJsonPatch } from './json-patch.ts'
import { applyMergePatch } from './merge-patch.ts'
import { applyStrategicMerge } from './strategic-merge.ts'

const podType = 'core.v1.Pod'
const containers = (...names: string[]) => ({ spec: { containers: names.map((name) => ({ name, image: `${name}:1` })) } })

describe('strategic merge', () => {
  test('containers are merged by name, new ones added', () => {
    const result = applyStrategicMerge(
      containers('a', 'b'),
      {
        spec: {
          containers: [
            { name: 'b', image: 'b:2' },
            { name: 'c', image: 'c:1' },
          ],
        },
      },
      podType,
    )
    expect(result.spec.containers).toEqual([
      { name: 'a', image: 'a:1' },
      { name: 'b', image: 'b:2' },
      { name: 'c', image: 'c:1' },
    ])
  })
  test('$patch: delete takes an element out, $setElementOrder orders what is left', () => {
    const patch = {
      spec: {
        '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }],
        containers: [
          { name: 'b', $patch: 'delete' },
          { name: 'c', image: 'c:1' },
        ],
      },
    }
    expect(applyStrategicMerge(containers('a', 'b'), patch, podType).spec.containers.map((c: { name: string }) => c.name)).toEqual([
      'c',
      'a',
    ])
  })
  test('$patch: replace of a list and of a map', () => {
    const patch = {
      metadata: { labels: { $patch: 'replace', only: 'me' } },
      spec: { containers: [{ $patch: 'replace' }, { name: 'z', image: 'z' }] },
    }
    const result = applyStrategicMerge({ metadata: { labels: { a: '1' } }, ...containers('a') }, patch, podType)
    expect(result).toEqual({ metadata: { labels: { only: 'me' } }, spec: { containers: [{ name: 'z', image: 'z' }] } })
  })
  test('$retainKeys drops the members it does not name', () => {
    const original = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }
    const result = applyStrategicMerge(original, { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }, 'apps.v1.Deployment')
    expect(result.spec.strategy).toEqual({ type: 'Recreate' })
  })
  test('null removes a member; a list without merge key is replaced', () => {
    const original = { spec: { nodeName: 'n', tolerations: [{ key: 'a' }], containers: [] } }
    expect(applyStrategicMerge(original, { spec: { nodeName: null, tolerations: [{ key: 'b' }] } }, podType).spec).toEqual({
      tolerations: [{ key: 'b' }],
      containers: [],
    })
  })
  test('sets of primitives: finalizers are united, and taken out by $deleteFromPrimitiveList', () => {
    const original = { metadata: { finalizers: ['a', 'b'] } }
    expect(applyStrategicMerge(original, { metadata: { finalizers: ['c'] } }, podType).metadata.finalizers).toEqual(['a', 'b', 'c'])
    expect(
      applyStrategicMerge(original, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } }, podType).metadata.finalizers,
    ).toEqual(['b'])
  })
  test('an element without its merge key is refused; the original is untouched', () => {
    const original = containers('a')
    expect(() => applyStrategicMerge(original, { spec: { containers: [{ image: 'x' }] } }, podType)).toThrow(
      'does not contain declared merge key: name',
    )
    expect(original).toEqual(containers('a'))
  })
})

test('merge patch: RFC 7386', () => {
  expect(applyMergePatch({ a: 'b', c: { d: 'e', f: 'g' } }, { a: 'z', c: { f: null } })).toEqual({ a: 'z', c: { d: 'e' } })
  expect(applyMergePatch({ a: [1, 2] }, { a: [3] })).toEqual({ a: [3] })
})

describe('JSON patch', () => {
  test.each([
    [{ a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    [{ a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
    [{ a: 1, b: 2 }, [{ op: 'remove', path: '/a' }], { b: 2 }],
    [{ 'a/b': { '~': 1 } }, [{ op: 'replace', path: '/a~1b/~0', value: 2 }], { 'a/b': { '~': 2 } }],
    [{ a: 1 }, [{ op: 'move', from: '/a', path: '/b' }], { b: 1 }],
    [
      { a: 1 },
      [
        { op: 'copy', from: '/a', path: '/b' },
        { op: 'test', path: '/b', value: 1 },
      ],
      { a: 1, b: 1 },
    ],
  ])('%j %j', (before, patch, after) => expect(applyJsonPatch(before, patch)).toEqual(after))
  test.each([
    [[{ op: 'remove', path: '/x' }]],
    [[{ op: 'test', path: '/a', value: 2 }]],
    [[{ op: 'replace', path: '/x/y', value: 1 }]],
    [[{ op: 'add', path: '/l/9', value: 1 }]],
  ])('%j is refused', (patch) =>
    expect(() => applyJsonPatch({ a: 1, l: [] }, patch)).toThrow('the server rejected our request due to an error in our request'),
  )
})

describe('server-side apply', () => {
  const options = (manager: string, force = false) => ({ type: 'apps.v1.Deployment', manager, force, apiVersion: 'apps/v1', now: 0 })
  const config = (spec: object, metadata = {}) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd', ...metadata },
    spec,
  })
  test('what a manager no longer sets goes away; what others set stays', () => {
    const first = applyConfiguration(undefined, config({ replicas: 2, paused: true }, { labels: { a: '1' } }), options('one'))
    const second = applyConfiguration(first, config({ minReadySeconds: 5 }), options('two'))
    const third = applyConfiguration(second, config({ replicas: 2 }), options('one'))
    expect(third.spec).toEqual({ replicas: 2, minReadySeconds: 5 })
    expect(third.metadata.labels).toEqual({})
  })
  test('a conflict names field and manager, and force settles it', () => {
    const first = applyConfiguration(undefined, config({ replicas: 2 }), options('one'))
    let caught: unknown
    try {
      applyConfiguration(first, config({ replicas: 3 }), options('two'))
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(ApiError)
    expect((caught as ApiError).message).toBe('Apply failed with 1 conflict: conflict with "one": .spec.replicas')
    const forced = applyConfiguration(first, config({ replicas: 3 }), options('two', true))
    expect(forced.spec.replicas).toBe(3)
    expect(
      (forced as KubeObject & { metadata: { managedFields: { manager: string }[] } }).metadata.managedFields.map((m) => m.manager),
    ).toEqual(['two'])
  })
  test('list elements are merged by their keys: port and protocol', () => {
    const service = (ports: object[]) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports } })
    const how = { type: 'core.v1.Service', manager: 'm', force: false, apiVersion: 'v1', now: 0 }
    const first = applyConfiguration(
      undefined,
      service([
        { port: 53, protocol: 'UDP', name: 'a' },
        { port: 53, protocol: 'TCP', name: 'b' },
      ]),
      how,
    )
    const second = applyConfiguration(first, service([{ port: 53, name: 'tcp' }]), how)
    expect(second.spec.ports).toEqual([{ port: 53, protocol: 'TCP', name: 'tcp' }])
  })
})
