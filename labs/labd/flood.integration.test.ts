// A real lab whose socket is flooded from all sides: its memory stays bounded, its other viewer's shell answers, and it can be solved and stopped.
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LabClient, Sessions } from '../sessions/sessions.ts'
import { runInLab } from '../sessions/testing/lab-command.ts'
import { type OwnFolders, openOwnFolders, whyNoLabs } from '../sessions/testing/own-folders.ts'
import { labFolder } from '../system/folders.ts'
import { encodeFrame } from '../system/framing.ts'
import { readLabConfig } from './client.ts'
import { socketFile } from './config.ts'

const reason = whyNoLabs()
if (reason) console.warn(`skipped: ${reason}`)
const learner = 'local'
const floodMs = 4000
const growthMB = 200

let own: OwnFolders
let sessions: Sessions
let labId: string
let good: LabClient
let pid: number
let build: string
beforeAll(async () => {
  if (reason) return
  own = await openOwnFolders()
  sessions = own.createSessions()
  labId = (await sessions.start({ scenarioId: 'sd-selector-typo', begin: 'broken', runtime: 'auto', locale: 'en', learner })).labId
  const config = readLabConfig(labFolder(labId))
  pid = config.process?.pid as number
  build = config.build
  good = await sessions.connect(labId, { learner, locale: 'en' })
  while ((await good.request({ op: 'snapshot' })).state === 'starting') await delay(20)
})
afterAll(async () => {
  good?.close()
  await own?.close()
})

const residentMB = () => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

function open(greet = true): Socket {
  const socket = connect(socketFile(labFolder(labId))).on('error', () => {}) // it is let go: that is the point
  if (greet) socket.write(encodeFrame({ op: 'hello', rid: 1, version: 1, build, locale: 'en' }))
  return socket
}
/** Writes as fast as the lab reads. */
async function pour(socket: Socket, bytes: Buffer, until: number): Promise<void> {
  while (performance.now() < until && !socket.destroyed) {
    if (!socket.write(bytes)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), delay(50)])
    if (socket.writableLength > 8 << 20) await delay(50)
  }
}
const many = (message: unknown, tail?: Buffer) => Buffer.concat(Array(200).fill(encodeFrame(message, tail)))
const head = (total: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32LE(total, 0)
  bytes.writeUInt32LE(100, 4)
  return bytes
}

let typed = 0
/** What one hostile connection does; every one is opened again when the lab lets it go. */
const floods: [name: string, sockets: number, flood: (socket: Socket, until: number) => Promise<void>][] = [
  ['valid requests, replies read', 2, (socket, until) => pour(socket.resume(), many({ op: 'stay', rid: 2 }), until)],
  ['snapshots that nobody reads', 4, (socket, until) => pour(socket.pause(), many({ op: 'snapshot', rid: 2 }), until)],
  ['subscriptions without number that nobody reads', 4, (socket, until) => pour(socket.pause(), many({ op: 'subscribe', rid: 2 }), until)],
  ['what is no request', 2, (socket, until) => pour(socket.resume(), many({ op: 'x'.repeat(1000), rid: 2 }), until)],
  ['frames of four gigabytes', 4, (socket, until) => pour(socket.resume(), head(0xffff_ffff), until)],
  [
    'half frames kept open',
    20,
    async (socket, until) => {
      socket.resume().write(Buffer.concat([head(500_000), Buffer.alloc(450_000)]))
      await delay(Math.max(0, until - performance.now()))
    },
  ],
  [
    'input for a terminal whose program does not read',
    1,
    async (socket, until) => {
      const type = (text: string | Buffer) =>
        encodeFrame({ op: 'terminal.input', rid: 2, terminalId: 't1', clientId: 'flood', inputSeq: ++typed }, Buffer.from(text))
      socket.resume().write(type('stty -icanon; sleep 30\r'))
      await delay(300)
      while (performance.now() < until && !socket.destroyed) {
        socket.write(Buffer.concat(Array.from({ length: 50 }, () => type(Buffer.alloc(20_000, 'x')))))
        await delay(5)
      }
    },
  ],
]

describe.skipIf(reason)('a flood on the lab’s socket', () => {
  test.each(floods)('%s', async (_, sockets, flood) => {
    const before = residentMB()
    let highest = before
    const until = performance.now() + floodMs
    const flooding = Array.from({ length: sockets }, async () => {
      while (performance.now() < until) {
        const socket = open()
        await flood(socket, until)
        socket.destroy()
        await delay(10)
      }
    })
    const answers: number[] = []
    while (performance.now() < until) {
      const asked = performance.now()
      expect(await runInLab(good, 'node/worker', 'echo', 'there')).toEqual({ code: 0, stdout: 'there\n' })
      answers.push(performance.now() - asked)
      highest = Math.max(highest, residentMB())
      await delay(50)
    }
    await Promise.all(flooding)
    expect(highest - before).toBeLessThan(growthMB)
    // the flood itself, from this very process, takes its share of the machine: slow is fine, stuck is not
    expect(Math.max(...answers)).toBeLessThan(8000)
  })

  test('input for a command that never reads waits with its sender', async () => {
    const before = residentMB()
    const { execId } = await good.request({ op: 'exec', target: 'laptop', argv: ['sleep', '60'], record: false })
    const chunk = Buffer.alloc(256 << 10)
    // one after the other, as podwire lab exec sends a file
    let taken = 0
    const sending = (async () => {
      for (; taken < 400; taken++) await good.request({ op: 'exec.input', execId }, chunk)
    })().catch(() => {})
    await delay(1000)
    expect(taken).toBeLessThan(10)
    // all at once, as nobody of ours does
    const impatient = await sessions.connect(labId, { learner, locale: 'en' })
    const other = await impatient.request({ op: 'exec', target: 'laptop', argv: ['sleep', '60'], record: false })
    const codes = await Promise.race([
      Promise.all(
        Array.from({ length: 400 }, () =>
          impatient.request({ op: 'exec.input', execId: other.execId }, chunk).then(
            () => 'ok',
            (error) => error.code,
          ),
        ),
      ),
      delay(3000, ['late']),
    ])
    expect(codes).toEqual(['late']) // the first ones are still waiting, the others were refused
    expect(residentMB() - before).toBeLessThan(growthMB)
    impatient.close()
    await good.request({ op: 'exec.signal', execId, signal: 'SIGKILL' })
    await sending
  })

  test('a connection that starts commands without end is refused after some', async () => {
    const client = await sessions.connect(labId, { learner, locale: 'en' })
    const started = await Promise.all(
      Array.from({ length: 60 }, () =>
        client.request({ op: 'exec', target: 'laptop', argv: ['sleep', '60'], record: false }).then(
          () => 'ok',
          (error) => error.code,
        ),
      ),
    )
    expect([started.filter((each) => each === 'ok').length, started.filter((each) => each === 'lab-busy').length]).toEqual([32, 28])
    client.close()
  })

  test('after all that the lab is as it was, can be solved and stops', async () => {
    const fix = '{"spec":{"selector":{"app":"web"}}}'
    expect((await runInLab(good, 'laptop', 'kubectl', 'patch', 'service', 'web', '-p', fix)).code).toBe(0)
    await expect.poll(async () => (await good.request({ op: 'snapshot' })).state, { timeout: 10_000 }).toBe('solved')
    await sessions.stop(labId, learner)
    expect(sessions.list()).toEqual([])
  })
})
