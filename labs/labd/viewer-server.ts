// labd's unix socket: accepts connections, checks their frames, hands requests on and sends what viewers are due. Used by main.ts.
import { chmodSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { z } from 'zod'
import { LabError, toErrorBody } from '../spec/errors.ts'
import { type Push, protocolVersion, type Request, request } from '../spec/protocol.ts'
import type { Locale } from '../spec/scenario.ts'
import { createFrameDecoder, encodeFrame } from '../system/framing.ts'
import type { Log } from '../system/log.ts'
import type { Viewer } from './viewer.ts'

/** What a request gives back; `after` runs once the reply is on its way, for output that must follow it. */
export interface Handled {
  value?: unknown
  after?: () => void
}

/** One connection that has said hello. */
export interface Connection extends Viewer {
  readonly locale: Locale
  /** called once when the connection is gone */
  onClose(listener: () => void): void
}

export interface ViewerServerOptions {
  labId: string
  build: string
  socketPath: string
  log: Log
  handle(connection: Connection, request: Request, tail: Buffer): Handled | Promise<Handled>
  onConnection(connection: Connection): void
  /** for tests */
  patienceMs?: number
}

/** What a lab of another build answers: it can only be ended. */
const anyBuild: ReadonlySet<Request['op']> = new Set(['hello', 'stop', 'dismiss'])
const ridOf = z.object({ rid: z.number() })

// A page has two connections, a command has one. What any number of them may make this process hold is bounded, whatever they send and never read.
const maxConnections = 64
/** a pasted page of text fits (the gateway's largest message is half of this) */
const maxRequestBytes = 512 << 10
const maxUnderWay = 64
/** a viewer that has so much to read is not listened to until it has read it */
const pauseBytes = 1 << 20
/** more than the windows of all terminals: who leaves so much unread has hung */
const maxUnreadBytes = 12 << 20
const maxUnreadBytesOfAll = 64 << 20
/** for the rest of a frame, and for the hello */
const patienceMs = 10_000

export async function listenForViewers(options: ViewerServerOptions): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serve(socket, options, () => [...sockets].reduce((sum, each) => sum + each.writableLength, 0))
  })
  server.maxConnections = maxConnections
  server.on('drop', () => options.log.warn({ maxConnections }, 'connection refused: there are too many'))
  await listen(server, options.socketPath)
  chmodSync(options.socketPath, 0o600)
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      // let the last replies out
      for (const socket of sockets) socket.end()
      const force = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, 200)
      await closed
      clearTimeout(force)
    },
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
}

/** `unreadOfAll`: bytes that wait for all viewers together. */
function serve(socket: Socket, options: ViewerServerOptions, unreadOfAll: () => number): void {
  let greeting: { locale: Locale; sameBuild: boolean } | undefined
  let underWay = 0
  const closeListeners: (() => void)[] = []
  const connection: Connection = {
    get locale() {
      return greeting?.locale ?? 'en'
    },
    send(message: Push, tail) {
      if (socket.destroyed || !socket.writable) return
      socket.write(encodeFrame(message, tail))
      const unread = socket.writableLength
      if (unread <= pauseBytes) return
      socket.pause()
      if (unread > maxUnreadBytes || unreadOfAll() > maxUnreadBytesOfAll) drop(`it has left ${unread} bytes unread`)
    },
    onClose: (listener) => closeListeners.push(listener),
  }
  function drop(reason: string): void {
    options.log.warn({ reason }, 'connection dropped')
    socket.destroy()
  }
  /** frames that came in one piece with what made this viewer's pile too high: they wait, too */
  const held: { json: unknown; tail: Buffer }[] = []
  socket.on('drain', () => {
    socket.resume()
    while (held.length > 0 && !socket.isPaused()) {
      const { json, tail } = held.shift() as (typeof held)[number]
      receive(json, tail)
    }
  })
  options.onConnection(connection)
  const fail = (rid: number, error: unknown) => connection.send({ op: 'fail', rid, error: toErrorBody(error) })

  function hello(message: Extract<Request, { op: 'hello' }>): Handled {
    greeting = { locale: message.locale, sameBuild: message.version === protocolVersion && message.build === options.build }
    return { value: { labId: options.labId, build: options.build, version: protocolVersion } }
  }

  async function answer(message: Request, tail: Buffer): Promise<void> {
    underWay++
    try {
      if (underWay > maxUnderWay) throw new LabError('lab-busy', `${maxUnderWay} requests of this connection are under way already.`)
      if (!greeting && message.op !== 'hello') throw new LabError('bad-request', `Say hello before ${message.op}.`)
      if (greeting && !greeting.sameBuild && !anyBuild.has(message.op)) {
        throw new LabError('build-mismatch', `Lab ${options.labId} runs another build of Podwire (${options.build}).`, {
          hint: 'It can only be stopped. Stop it and start a new one.',
        })
      }
      const handling = message.op === 'hello' ? hello(message) : options.handle(connection, message, tail)
      const handled = handling instanceof Promise ? await handling : handling
      connection.send({ op: 'reply', rid: message.rid, ok: true, value: handled.value ?? null })
      handled.after?.()
    } catch (error) {
      if (!(error instanceof LabError))
        options.log.error({ op: message.op, error: error instanceof Error ? error.stack : String(error) }, 'request failed')
      fail(message.rid, error)
    } finally {
      underWay--
    }
  }

  function receive(json: unknown, tail: Buffer): void {
    if (socket.destroyed) return
    if (socket.isPaused()) {
      held.push({ json, tail })
      return
    }
    const parsed = request.safeParse(json)
    if (parsed.success) void answer(parsed.data, tail)
    else refuse(json, parsed.error)
    // the frame is whole, whatever it says; who has not said hello must still do so
    if (greeting) waitFor(undefined)
  }
  function refuse(json: unknown, error: z.ZodError): void {
    const rid = ridOf.safeParse(json)
    fail(rid.success ? rid.data.rid : 0, new LabError('bad-request', `This is not a request labd knows: ${z.prettifyError(error)}`))
  }

  let patience: NodeJS.Timeout | undefined
  function waitFor(what: string | undefined): void {
    if (what === undefined) {
      clearTimeout(patience)
      patience = undefined
    } else
      patience ??= setTimeout(
        () => drop(`its ${what} did not come within ${options.patienceMs ?? patienceMs} ms`),
        options.patienceMs ?? patienceMs,
      )
  }
  waitFor('hello')
  const decode = createFrameDecoder(receive, maxRequestBytes)
  socket.on('data', (chunk) => {
    try {
      if (decode(chunk)) waitFor('frame')
    } catch (error) {
      waitFor(undefined)
      waitFor('goodbye')
      fail(0, new LabError('bad-request', `Malformed frame: ${(error as Error).message}`))
      // Nothing after it can be understood: it is thrown away. A peer that still writes into a closed socket would fail before it has read why.
      held.length = 0
      socket.removeAllListeners('data').resume()
      socket.end()
      options.log.warn({ error: (error as Error).message }, 'connection dropped')
    }
  })
  // a peer that went away mid-write is no fault of the lab; `close` follows and cleans up
  socket.on('error', (error) => options.log.debug({ error: error.message }, 'connection error'))
  socket.on('close', () => {
    waitFor(undefined)
    for (const listener of closeListeners) listener()
  })
}
