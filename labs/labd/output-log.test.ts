import { expect, test } from 'vitest'
import { createOutputLog } from './output-log.ts'

const text = (log: ReturnType<typeof createOutputLog>, from = 0) => log.read(from, 1 << 30).bytes.toString('latin1')

test('keeps what fits, and rolls away the oldest', () => {
  const log = createOutputLog(10)
  log.append(Buffer.from('abcdef'))
  expect([log.startSeq, log.endSeq, text(log)]).toEqual([0, 6, 'abcdef'])
  log.append(Buffer.from('ghijkl'))
  expect([log.startSeq, log.endSeq, text(log)]).toEqual([2, 12, 'cdefghijkl'])
  expect(log.read(0, 3)).toEqual({ seq: 2, bytes: Buffer.from('cde') })
  expect(log.read(11, 9)).toEqual({ seq: 11, bytes: Buffer.from('l') })
  expect(log.read(99, 9)).toEqual({ seq: 12, bytes: Buffer.alloc(0) })
})

test('a chunk larger than the log leaves its end', () => {
  const log = createOutputLog(8)
  log.append(Buffer.from('xy'))
  log.append(Buffer.from('0123456789abcdef'))
  expect([log.startSeq, log.endSeq, text(log)]).toEqual([10, 18, '89abcdef'])
})

test('any mix of chunks reads back as the end of all that was written', () => {
  const capacity = 100_000
  const log = createOutputLog(capacity)
  let all = Buffer.alloc(0)
  let n = 7
  for (let i = 0; i < 300; i++) {
    n = (n * 48271) % 2147483647
    const chunk = Buffer.from(Array.from({ length: n % 3000 }, (_, k) => (n + k) % 251))
    log.append(chunk)
    all = Buffer.concat([all, chunk])
    const from = Math.max(0, all.length - 1 - (n % capacity))
    const got = log.read(from, 1 << 30)
    expect(got.bytes.equals(all.subarray(got.seq))).toBe(true)
  }
  expect(log.endSeq).toBe(all.length)
  expect(log.endSeq - log.startSeq).toBe(capacity)
})
