import { beforeEach, expect, test } from 'vitest'
import { TerminalStream } from './terminal-stream.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

let asked: number[]
let acknowledged: number[]
let answers: ((reply: { startSeq: number }) => void)[]
let stream: TerminalStream
let screen: string
let parsed: (() => void)[]

beforeEach(() => {
  asked = []
  acknowledged = []
  answers = []
  screen = ''
  parsed = []
  stream = new TerminalStream({
    attach: (fromSeq) => {
      asked.push(fromSeq)
      return new Promise((resolve) => answers.push(resolve))
    },
    acknowledge: (seq) => acknowledged.push(seq),
  })
})

const sink = {
  write(data: Uint8Array, done: () => void) {
    screen += new TextDecoder().decode(data)
    parsed.push(done)
  },
}

async function attach(startSeq: number): Promise<void> {
  const attached = stream.attach()
  answers.pop()?.({ startSeq })
  await attached
}

test('output that arrives before the reply to attach is shown after it, in order', async () => {
  stream.connect(sink)
  const attached = stream.attach()
  stream.receive(0, bytes('one '))
  stream.receive(4, bytes('two'))
  expect(screen).toBe('')
  answers[0]?.({ startSeq: 0 })
  await attached
  expect(screen).toBe('one two')
})

test('repeats are dropped, overlaps are cut', async () => {
  stream.connect(sink)
  await attach(0)
  stream.receive(0, bytes('hello'))
  stream.receive(0, bytes('hello'))
  stream.receive(3, bytes('lo world'))
  expect(screen).toBe('hello world')
})

test('a reconnect asks from the first byte not seen', async () => {
  stream.connect(sink)
  await attach(0)
  stream.receive(0, bytes('hello'))
  await attach(5)
  expect(asked).toEqual([0, 5])
  stream.receive(5, bytes('!'))
  expect(screen).toBe('hello!')
})

test('a log whose beginning is gone starts where the server says', async () => {
  stream.connect(sink)
  await attach(1000)
  stream.receive(1000, bytes('late'))
  expect(screen).toBe('late')
  expect(stream.nextSeq).toBe(1004)
})

test('a gap is asked for again instead of being shown', async () => {
  stream.connect(sink)
  await attach(0)
  stream.receive(0, bytes('ab'))
  stream.receive(5, bytes('fg'))
  expect(screen).toBe('ab')
  expect(asked).toEqual([0, 2])
  answers.pop()?.({ startSeq: 2 })
  await Promise.resolve()
  stream.receive(2, bytes('cdefg'))
  expect(screen).toBe('abcdefg')
})

test('output waits for the screen', async () => {
  await attach(0)
  stream.receive(0, bytes('early'))
  stream.connect(sink)
  expect(screen).toBe('early')
})

test('consumed bytes are acknowledged in steps, and always the last ones', async () => {
  stream.connect(sink)
  await attach(0)
  stream.receive(0, new Uint8Array(40_000))
  stream.receive(40_000, new Uint8Array(40_000))
  stream.receive(80_000, bytes('end'))
  expect(acknowledged).toEqual([])
  parsed[0]?.()
  expect(acknowledged).toEqual([])
  parsed[1]?.()
  expect(acknowledged).toEqual([80_000])
  parsed[2]?.()
  expect(acknowledged).toEqual([80_000, 80_003])
})

test('a new screen gets the whole log again', async () => {
  stream.connect(sink)
  await attach(0)
  stream.receive(0, bytes('hello'))
  stream.disconnect()
  screen = ''
  stream.connect(sink)
  expect(asked).toEqual([0, 0])
  answers.pop()?.({ startSeq: 0 })
  await Promise.resolve()
  stream.receive(0, bytes('hello'))
  expect(screen).toBe('hello')
})
