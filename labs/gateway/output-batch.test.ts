import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createOutputBatch } from './output-batch.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('at once, then together; a gap is never joined over', () => {
  const sent: [number, string][] = []
  const batch = createOutputBatch((seq, bytes) => sent.push([seq, bytes.toString()]))
  batch.add(0, Buffer.from('a'))
  expect(sent).toEqual([[0, 'a']])
  batch.add(1, Buffer.from('b'))
  batch.add(2, Buffer.from('c'))
  batch.add(9, Buffer.from('x'))
  batch.add(10, Buffer.from('y'))
  expect(sent).toEqual([
    [0, 'a'],
    [1, 'bc'],
  ])
  vi.advanceTimersByTime(4)
  expect(sent).toEqual([
    [0, 'a'],
    [1, 'bc'],
    [9, 'xy'],
  ])
  vi.advanceTimersByTime(4)
  batch.add(11, Buffer.from('z'))
  expect(sent.at(-1)).toEqual([11, 'z'])
})

test('stopped, it sends no more', () => {
  const sent: string[] = []
  const batch = createOutputBatch((_, bytes) => sent.push(bytes.toString()))
  batch.add(0, Buffer.from('a'))
  batch.add(1, Buffer.from('b'))
  batch.stop()
  vi.advanceTimersByTime(100)
  expect(sent).toEqual(['a'])
})
