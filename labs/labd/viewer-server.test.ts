import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
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
const connections: Connection[] = []
let server: { close(): Promise<void> }
let handle: (connection: Connection, request: Request, tail: Buffer) => Handled | Promise<Handled>
const greeting = { locale: 'en', build: 'abc' } as const

beforeEach(async () => {
  connections.length = 0
  folder = mkdtempSync(join(tmpdir(), 'pw-viewers-'))
  socketPath = join(folder, 'labd.sock')
  handle = () => ({})
  server = await listenForViewers({
    labId: 'aaaaaaaa',
    build: 'abc',
    socketPath,
    log: silentLog,
    handle: (...args) => handle(...args),
    onConnection: (connection) => connections.push(connection),
    patienceMs: 300,
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
  ['a frame beyond half a megabyte', frame((512 << 10) + 1, 10, '')],
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

const half = frame(400_000, 100, '{"op":')
const hello = (build = 'abc') => encodeFrame({ op: 'hello', rid: 1, version: 1, build, locale: 'en' })
const closeOf = (socket: Socket) => new Promise<void>((resolve) => socket.on('close', () => resolve()).on('error', () => {}))

test('half a frame is waited for a while, however it trickles in; so is a hello', async () => {
  const good = await connectLab(socketPath, greeting)
  const sockets = Array.from({ length: 3 }, () => connect(socketPath))
  const closed = sockets.map(closeOf)
  // in two pieces, and no request: that is answered, and no reason to go
  const clumsy = connect(socketPath).resume()
  const nonsense = encodeFrame({ op: 'x'.repeat(100), rid: 2 })
  clumsy.write(Buffer.concat([hello(), nonsense.subarray(0, 50)]))
  setTimeout(() => clumsy.write(nonsense.subarray(50)), 100)
  const [silent, waits, trickles] = sockets as [Socket, Socket, Socket]
  waits.write(Buffer.concat([hello(), half]))
  trickles.write(hello())
  const trickle = setInterval(() => trickles.write('x'), 20)
  trickles.write(half)
  silent.resume()
  for (const socket of [waits, trickles]) socket.resume()
  await Promise.all(closed)
  clearInterval(trickle)
  await new Promise((resolve) => setTimeout(resolve, 350)) // a viewer that has said hello and is quiet stays
  await expect(good.request({ op: 'stay' })).resolves.toBeUndefined()
  expect(clumsy.destroyed).toBe(false)
  clumsy.destroy()
  good.close()
})

test('a frame that comes byte by byte is whole in the end, and costs its bytes', async () => {
  const got: string[] = []
  const decode = createFrameDecoder((message, tail) => got.push(`${JSON.stringify(message)} ${tail.length}`))
  const bytes = encodeFrame({ a: 'é' }, Buffer.alloc(200_000))
  const before = performance.now()
  for (let at = 0; at < bytes.length; at++) decode(bytes.subarray(at, at + 1))
  expect([got, decode(bytes.subarray(0, 3))]).toEqual([['{"a":"é"} 200000'], true])
  expect(performance.now() - before).toBeLessThan(2000)
})

test('a viewer that never reads is not listened to, then let go; the others go on', async () => {
  let handled = 0
  handle = (_, request) => {
    if (request.op !== 'stay') handled++
    return { value: 'x'.repeat(10_000) }
  }
  const good = await connectLab(socketPath, greeting)
  const deaf = connect(socketPath).pause()
  const closed = closeOf(deaf)
  deaf.write(hello())
  const asking = setInterval(
    () => deaf.writableLength < 1 << 20 && deaf.write(Buffer.concat(Array(20).fill(encodeFrame({ op: 'hint', rid: 2, n: 1 })))),
    1,
  )
  await expect.poll(() => handled).toBeGreaterThan(100)
  await new Promise((resolve) => setTimeout(resolve, 300))
  const afterAWhile = handled
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(handled).toBe(afterAWhile) // its requests wait in its own socket
  expect(handled).toBeLessThan(200) // a megabyte of answers, whatever came in one piece with what led to them
  // what comes without being asked for is kept for it up to a limit
  const pushed = connections[1] as Connection
  for (let i = 0; i < 20; i++) pushed.send({ op: 'output', terminalId: 't1', seq: 0 }, Buffer.alloc(1 << 20))
  await closed
  clearInterval(asking)
  await expect(good.request({ op: 'stay' })).resolves.toBeUndefined()
  good.close()
})

test('a viewer that reads late gets everything', async () => {
  handle = () => ({ value: 'x'.repeat(50_000) })
  const late = connect(socketPath).pause()
  late.write(hello())
  for (let rid = 2; rid < 102; rid++) late.write(encodeFrame({ op: 'snapshot', rid }))
  await new Promise((resolve) => setTimeout(resolve, 200))
  const rids: number[] = []
  late.on(
    'data',
    createFrameDecoder((message) => rids.push((message as { rid: number }).rid)),
  )
  late.resume()
  await expect.poll(() => rids.length).toBe(101)
  expect(rids).toEqual(Array.from({ length: 101 }, (_, i) => i + 1))
  late.destroy()
})

test('requests without an end are limited, and each is answered', async () => {
  const waiting: (() => void)[] = []
  handle = (_, request) => (request.op === 'reset' ? new Promise((resolve) => waiting.push(() => resolve({}))) : {})
  const client = await connectLab(socketPath, greeting)
  const asked = Array.from({ length: 200 }, () =>
    client.request({ op: 'reset' }).then(
      () => 'ok',
      (error: LabError) => error.code,
    ),
  )
  await expect.poll(() => waiting.length).toBe(64)
  await new Promise((resolve) => setTimeout(resolve, 50))
  for (const answer of waiting) answer()
  const answers = await Promise.all(asked)
  expect([answers.filter((each) => each === 'ok').length, answers.filter((each) => each === 'lab-busy').length]).toEqual([64, 136])
  await expect(client.request({ op: 'stay' })).resolves.toBeUndefined()
  client.close()
})

test('connections are limited; who is there stays, and others may come when some have left', async () => {
  const good = await connectLab(socketPath, greeting)
  const crowd = Array.from({ length: 63 }, () => connect(socketPath))
  for (const socket of crowd) socket.on('error', () => {}).write(hello())
  await expect.poll(() => connections.length).toBe(64)
  await expect(connectLab(socketPath, greeting)).rejects.toMatchObject({ code: 'connection-lost' })
  await expect(good.request({ op: 'stay' })).resolves.toBeUndefined()
  for (const socket of crowd) socket.destroy()
  await expect
    .poll(() =>
      connectLab(socketPath, greeting).then(
        (client) => client.labId,
        () => '',
      ),
    )
    .toBe('aaaaaaaa')
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
