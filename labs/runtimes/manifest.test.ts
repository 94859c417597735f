import { expect, test } from 'vitest'
import { readManifest } from './manifest.ts'

test('reads many documents, leaves empty ones out and unfolds Lists', () => {
  const yaml = 'kind: A\n---\n# nothing\n---\nkind: List\nitems: [{kind: B}, {kind: C}]\n'
  expect(readManifest(yaml)).toEqual([{ kind: 'A' }, { kind: 'B' }, { kind: 'C' }])
  expect(readManifest('')).toEqual([])
})

test('says where it is not YAML', () => {
  expect(() => readManifest('a: [1\nb: 2')).toThrow(/not valid YAML: .* at line \d/)
})
