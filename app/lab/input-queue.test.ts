import { expect, test } from 'vitest'
import { InputQueue, type InputShelf } from './input-queue.ts'

function shelf(text: string | null = null): InputShelf & { text: string | null } {
  return {
    text,
    read() {
      return this.text
    },
    write(value) {
      this.text = value
    },
  }
}

test('numbers count per terminal and start at 1', () => {
  const queue = new InputQueue(shelf())
  expect(queue.add('lab', 'a', 'l').map((e) => e.inputSeq)).toEqual([1])
  expect(queue.add('lab', 'a', 's').map((e) => e.inputSeq)).toEqual([2])
  const [other] = queue.add('lab', 'b', 'x')
  expect(other?.inputSeq).toBe(1)
  expect(other?.clientId).not.toBe(queue.pending('lab', 'a')[0]?.clientId)
})

test('acknowledged input is forgotten, the rest stays in order', () => {
  const queue = new InputQueue(shelf())
  const [first] = queue.add('lab', 'a', '1')
  queue.add('lab', 'a', '2')
  queue.add('lab', 'a', '3')
  if (first) queue.acknowledge(first)
  expect(queue.pending().map((e) => e.data)).toEqual(['2', '3'])
})

test('a reload takes undelivered input along under its old numbers, once', () => {
  const storage = shelf()
  const before = new InputQueue(storage)
  const sent = before.add('lab', 'a', 'echo hi\r')
  before.shelve()
  const after = new InputQueue(storage)
  expect(after.pending()).toEqual(sent)
  expect(storage.text).toBeNull()
  // what is typed next may not reuse a number of the earlier page
  expect(after.add('lab', 'a', 'x')[0]?.clientId).not.toBe(sent[0]?.clientId)
})

test('a page without held input leaves nothing behind', () => {
  const storage = shelf('old')
  new InputQueue(storage).shelve()
  expect(storage.text).toBeNull()
})

test.each(['{', '{"a":1}', '[{"labId":1}]', 'null'])('stored text that is not input (%s) is forgotten', (text) => {
  expect(new InputQueue(shelf(text)).pending()).toEqual([])
})

test('long pastes are cut between characters', () => {
  const queue = new InputQueue(shelf())
  const paste = `${'a'.repeat(16_383)}😀${'b'.repeat(20_000)}`
  const added = queue.add('lab', 'a', paste)
  expect(added.map((e) => e.data).join('')).toBe(paste)
  expect(added.length).toBeGreaterThan(2)
  for (const entry of added) expect(entry.data).not.toMatch(/[\ud800-\udbff]$|^[\udc00-\udfff]/)
})

test('discarded input is gone and its numbers are not used again', () => {
  const queue = new InputQueue(shelf())
  const [old] = queue.add('lab', 'a', 'rm')
  queue.add('lab', 'b', 'keep')
  queue.discard('lab', 'a')
  expect(queue.pending().map((e) => e.data)).toEqual(['keep'])
  expect(queue.add('lab', 'a', 'ls')[0]?.clientId).not.toBe(old?.clientId)
})
