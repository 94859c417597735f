// The client against a labinit made of two streams: frames as they are on the wire, answers in any order, ends at any time.
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createInitClient } from './init-client.ts'
import { createInitFrameDecoder, encodeInitFrame, reply, request, strings, uint32, windowBytes } from './init-wire.ts'

function connect() {
  const toClient = new PassThrough()
  const fromClient = new PassThrough()
  const client = createInitClient(toClient, fromClient)
  const frames: { type: number; id: number; payload: Buffer }[] = []
  fromClient.on(
    'data',
    createInitFrameDecoder((type, id, payload) => frames.push({ type, id, payload: Buffer.from(payload) })),
  )
  const answer = (type: number, id: number, ...parts: Uint8Array[]) => toClient.write(encodeInitFrame(type, id, parts))
  return { client, frames, answer, toClient, settle: () => new Promise((resolve) => setImmediate(resolve)) }
}

test('answers find their questions in any order and in any pieces', async () => {
  const { client, frames, toClient, settle } = connect()
  const a = client.createNamespace({ name: 'a', kind: 'node', hostname: 'a' })
  const b = client.readFile('a', '/etc/hosts')
  await settle()
  expect(frames.map(({ type }) => type)).toEqual([request.create, request.readFile])
  expect(frames[0]?.payload.toString()).toBe('a\0\0node\0a\0')
  const bytes = Buffer.concat([
    encodeInitFrame(reply.ok, frames[1]?.id as number, [Buffer.from('file')]),
    encodeInitFrame(reply.ok, frames[0]?.id as number, [uint32(77)]),
  ])
  for (const byte of bytes) toClient.write(Buffer.from([byte]))
  expect((await b).toString()).toBe('file')
  expect(await a).toEqual({ pid: 77 })
})

test('an error names what was asked', async () => {
  const { client, frames, answer, settle } = connect()
  const asked = client.destroyNamespace('worker')
  await settle()
  answer(reply.error, frames[0]?.id as number, Buffer.from('namespace worker is not there'))
  await expect(asked).rejects.toMatchObject({ code: 'sandbox-failed', message: 'destroy worker: namespace worker is not there' })
})

test('input goes out as far as there is room, and the end after it', async () => {
  const { client, frames, answer, settle } = connect()
  const process = client.spawn({ view: 'platform', argv: ['cat'] })
  process.write(Buffer.alloc(windowBytes + 5))
  process.end()
  await settle()
  const sent = () => frames.filter(({ type }) => type === request.input).reduce((sum, { payload }) => sum + payload.length, 0)
  expect(sent()).toBe(windowBytes)
  expect(frames.some(({ type }) => type === request.inputEnd)).toBe(false)
  answer(reply.inputAck, frames[0]?.id as number, uint32(100))
  await settle()
  expect(sent()).toBe(windowBytes + 5)
  expect(frames.filter(({ type }) => type === request.inputEnd)).toHaveLength(1)
})

test('what waits for room is counted, and its taking or the end is told', async () => {
  const { client, frames, answer, settle } = connect()
  const process = client.spawn({ view: 'platform', argv: ['sleep', '9'] })
  process.write(Buffer.alloc(windowBytes))
  await process.taken()
  expect(process.heldBytes).toBe(0)
  process.write(Buffer.alloc(70))
  const told: string[] = []
  const taken = process.taken().then(() => told.push('taken'))
  await settle()
  expect([process.heldBytes, told]).toEqual([70, []])
  answer(reply.inputAck, frames[0]?.id as number, uint32(40))
  await settle()
  expect([process.heldBytes, told]).toEqual([30, []])
  answer(reply.inputAck, frames[0]?.id as number, uint32(40))
  await taken
  process.write(Buffer.alloc(70))
  const over = process.taken()
  answer(reply.exit, frames[0]?.id as number, uint32(0))
  await over
  expect(process.heldBytes).toBe(0)
})

test('output before the first listener waits for it', async () => {
  const { client, frames, answer, settle } = connect()
  const process = client.spawn({ view: 'platform', argv: ['true'] })
  await settle()
  answer(reply.stdout, frames[0]?.id as number, Buffer.from('early'))
  answer(reply.exit, frames[0]?.id as number, uint32(3))
  expect(await process.exited).toBe(3)
  const seen: string[] = []
  process.onStdout((bytes) => seen.push(bytes.toString()))
  expect(seen).toEqual(['early'])
})

test('the end of the stream fails what is open and settles what runs', async () => {
  const { client, toClient } = connect()
  const asked = client.readFile('a', '/x')
  const process = client.spawn({ view: 'platform', argv: ['sleep', '1'] })
  toClient.end()
  await expect(asked).rejects.toThrow('read a file: the sandbox is gone')
  expect(await process.exited).toBe(137)
  await client.closed
  await expect(client.destroyNamespace('a')).rejects.toThrow('the sandbox is gone')
  expect(await client.spawn({ view: 'platform', argv: ['true'] }).exited).toBe(137)
})

test('a malformed frame ends the connection', async () => {
  const { client, toClient } = connect()
  toClient.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0]))
  await client.closed
})

test('a NUL in a text is refused before it is sent', () => {
  expect(() => strings('a\0b')).toThrow('NUL byte')
  const { client } = connect()
  expect(() => client.spawn({ view: 'platform', argv: ['a\0b'] })).toThrow('NUL byte')
})
