import { expect, test } from 'vitest'
import { effectiveRuntime, readWish, writeWish } from './runtime-wish.ts'

test('a wish is remembered; nonsense and a browser that keeps nothing count as none', () => {
  const kept = new Map<string, string>()
  writeWish({ setItem: (key, value) => kept.set(key, value) }, 'kind')
  expect(readWish({ getItem: (key) => kept.get(key) ?? null })).toBe('kind')
  expect(readWish({ getItem: () => 'docker' })).toBe('auto')
  const refuse = () => {
    throw new Error('denied')
  }
  writeWish({ setItem: refuse }, 'kind')
  expect(readWish({ getItem: refuse })).toBe('auto')
})

test('a wish that cannot be had for a lab is left aside', () => {
  const choice = { auto: 'embedded', options: [{ name: 'kind', usable: false, reason: 'no' }] } as const
  expect(effectiveRuntime('kind', { ...choice, options: [...choice.options] })).toBe('auto')
  expect(effectiveRuntime('kind', { options: [{ name: 'kind', usable: true }] })).toBe('kind')
  expect(effectiveRuntime('kind', undefined)).toBe('kind')
})
