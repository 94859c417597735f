import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LabError } from '../spec/errors.ts'
import type { Request } from '../spec/protocol.ts'
import { createFrameDecoder, encodeFrame } from '../system/framing.ts'
import { silentLog } from '../system/log.ts'
import { connectLab } from './client.ts'
import { type Connection, type Handled, listenForViewers } from './viewer-server.ts'

let folder: string
let socketPath: string
let server: { close(): Promise<void> }
let handle: (connection: Connection, request: Request, tail: Buffer) => Handled | Promise<Handled>
const greeting = { locale: 'en', build: 'abc' } as const

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pw-viewers-'))
  socketPath = join(folder, 'labd.sock')
  handle = () => ({})
  server = await listenForViewers({
    labId: 'aaaaaaaa',
    build: 'abc',
    socketPath,
    log: silentLog,
    handle: (...args) => handle(...args),
    onConnection: () => {},
  })
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

test('a request is answered, and what follows an answer comes after it', async () => {
  handle = (connection, request) => ({
    value: { startSeq: 7 },
    after: () => request.op === 'terminal.attach' && connection.send({ op: 'output', terminalId: 't1', seq: 7 }, Buffer.from('héllo')),
  })
  const client = await connectLab(socketPath, greeting)
  const order: string[] = []
  const output = new Promise<void>((resolve) =>
    client.onPush((message, tail) => {
      order.push(`${message.op} ${tail.toString()}`)
      resolve()
    }),
  )
  const { startSeq } = await client.request({ op: 'terminal.attach', terminalId: 't1', fromSeq: 0 }).finally(() => order.push('reply'))
  await output
  expect([startSeq, ...order]).toEqual([7, 'reply', 'output héllo'])
  client.close()
})

test('requests in a row are taken in order', async () => {
  const taken: string[] = []
  handle = (_, request, tail) => {
    if (request.op === 'terminal.input') taken.push(tail.toString())
    return {}
  }
  const client = await connectLab(socketPath, greeting)
  await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      client.request({ op: 'terminal.input', terminalId: 't1', clientId: 'c', inputSeq: i + 1 }, Buffer.from(`${i}`)),
    ),
  )
  expect(taken).toEqual(Array.from({ length: 200 }, (_, i) => `${i}`))
  client.close()
})

test('errors cross with code, message and hint', async () => {
  handle = () => {
    throw new LabError('lab-state', 'Not now.', { hint: 'Later.' })
  }
  const client = await connectLab(socketPath, greeting)
  await expect(client.request({ op: 'break' })).rejects.toMatchObject({ code: 'lab-state', message: 'Not now.', hint: 'Later.' })
  client.close()
})

test('a caller of another build may only stop', async () => {
  const asked: string[] = []
  handle = (_, request) => {
    asked.push(request.op)
    return {}
  }
  const client = await connectLab(socketPath, { ...greeting, build: 'newer' })
  expect([client.sameBuild, client.build]).toEqual([false, 'abc'])
  await expect(client.request({ op: 'stay' })).rejects.toMatchObject({ code: 'build-mismatch' })
  await client.request({ op: 'stop' })
  expect(asked).toEqual(['stop'])
  client.close()
})

test('what is no request is refused with its number; the connection goes on', async () => {
  const replies: unknown[] = []
  const socket = connect(socketPath)
  const decode = createFrameDecoder((message) => replies.push(message))
  socket.on('data', decode)
  socket.write(encodeFrame({ op: 'snapshot', rid: 1 }))
  socket.write(encodeFrame({ op: 'format the disk', rid: 2 }))
  socket.write(encodeFrame({ op: 'hello', rid: 3, version: 1, build: 'abc', locale: 'en' }))
  socket.write(encodeFrame({ op: 'terminal.resize', rid: 4, terminalId: 't1', cols: -5, rows: 24 }))
  await expect.poll(() => replies.length).toBe(4)
  expect(replies).toMatchObject([
    { op: 'fail', rid: 1, error: { code: 'bad-request' } },
    { op: 'fail', rid: 2, error: { code: 'bad-request' } },
    { op: 'reply', rid: 3, value: { labId: 'aaaaaaaa' } },
    { op: 'fail', rid: 4, error: { code: 'bad-request', message: expect.stringContaining('cols') } },
  ])
  socket.destroy()
})

const frame = (total: number, jsonLength: number, text: string) => {
  const head = Buffer.alloc(8)
  head.writeUInt32LE(total, 0)
  head.writeUInt32LE(jsonLength, 4)
  return Buffer.concat([head, Buffer.from(text)])
}
test.each([
  ['noise', Buffer.alloc(64, 0xff)],
  ['a frame of four gigabytes', frame(0xffff_ffff, 10, '')],
  ['a frame beyond four megabytes', frame((4 << 20) + 1, 10, '')],
  ['JSON longer than its frame', frame(10, 100, '{}')],
  ['no room for JSON', frame(0, 0, '')],
  ['half a JSON', frame(4 + 5, 5, '{"op"')],
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
])('%s ends the connection with a reason, and only that one', async (_, bytes) => {
  const good = await connectLab(socketPath, greeting)
  const replies: unknown[] = []
  const socket = connect(socketPath)
  const ended = new Promise((resolve) => socket.on('close', resolve))
  socket.on('error', () => {}) // the lab does not read what we go on writing
  socket.on(
    'data',
    createFrameDecoder((message) => replies.push(message)),
  )
  const writing = setInterval(() => socket.write(bytes), 5)
  socket.write(bytes)
  await ended
  clearInterval(writing)
  expect(replies).toMatchObject([
    { op: 'fail', rid: 0, error: { code: 'bad-request', message: expect.stringMatching(/^Malformed frame: /) } },
  ])
  await expect(good.request({ op: 'stay' })).resolves.toBeUndefined()
  good.close()
})

test('JSON that is no message, and a hello of another version, are answered as such', async () => {
  const replies: unknown[] = []
  const socket = connect(socketPath)
  socket.on(
    'data',
    createFrameDecoder((message) => replies.push(message)),
  )
  for (const json of [null, 7, 'stop', [], {}, { op: 'stop' }, { op: 'stop', rid: '1' }, { rid: 9, op: { toString: 1 } }])
    socket.write(encodeFrame(json))
  socket.write(encodeFrame({ op: 'hello', rid: 10, version: 99, build: 'abc', locale: 'en' }))
  socket.write(encodeFrame({ op: 'reset', rid: 11 }))
  await expect.poll(() => replies.length).toBe(10)
  expect(replies.slice(0, 8)).toEqual(replies.slice(0, 8).map(() => expect.objectContaining({ op: 'fail' })))
  expect(replies.slice(7)).toMatchObject([
    { op: 'fail', rid: 9, error: { code: 'bad-request' } },
    { op: 'reply', rid: 10, value: { version: 1 } },
    { op: 'fail', rid: 11, error: { code: 'build-mismatch' } },
  ])
  socket.destroy()
})

test('requests under way fail when the lab goes', async () => {
  handle = () => new Promise(() => {})
  const client = await connectLab(socketPath, greeting)
  const waiting = client.request({ op: 'reset' })
  const closing = server.close()
  await expect(waiting).rejects.toMatchObject({ code: 'connection-lost' })
  await client.closed
  await closing
  await expect(client.request({ op: 'stay' })).rejects.toMatchObject({ code: 'connection-lost' })
  server = { close: async () => {} }
})

test('a lab that accepts and says nothing is waited for until the signal', async () => {
  const hung = createServer().listen(join(folder, 'hung.sock'))
  await once(hung, 'listening')
  const waiting = connectLab(join(folder, 'hung.sock'), { ...greeting, signal: AbortSignal.timeout(50) })
  await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' })
  hung.close()
})

test('nobody there: connection-lost, at once or after the wait', async () => {
  await expect(connectLab(join(folder, 'none.sock'), greeting)).rejects.toMatchObject({ code: 'connection-lost' })
  await expect(connectLab(join(folder, 'none.sock'), { ...greeting, waitMs: 30 })).rejects.toMatchObject({ code: 'connection-lost' })
})
