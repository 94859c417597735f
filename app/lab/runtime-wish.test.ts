import { afterEach, expect, test, vi } from 'vitest'
import { effectiveRuntime, readWish, writeWish } from './runtime-wish.ts'

afterEach(() => vi.unstubAllGlobals())

test('a wish is remembered; nonsense and a browser that keeps nothing count as none', () => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    setItem: (key: string, value: string) => kept.set(key, value),
    getItem: (key: string) => kept.get(key) ?? null,
  })
  writeWish('kind')
  expect(readWish()).toBe('kind')
  for (const key of kept.keys()) kept.set(key, 'docker')
  expect(readWish()).toBe('auto')
  const refuse = () => {
    throw new Error('denied')
  }
  vi.stubGlobal('localStorage', { setItem: refuse, getItem: refuse })
  writeWish('kind')
  expect(readWish()).toBe('auto')
})

test('a wish that cannot be had for a lab is left aside', () => {
  const choice = { auto: 'embedded', options: [{ name: 'kind', usable: false, reason: 'no' }] } as const
  expect(effectiveRuntime('kind', { ...choice, options: [...choice.options] })).toBe('auto')
  expect(effectiveRuntime('kind', { options: [{ name: 'kind', usable: true }] })).toBe('kind')
  expect(effectiveRuntime('kind', undefined)).toBe('kind')
})
