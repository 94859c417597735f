// The other end of labd's protocol: sessions, gateway, CLI and proof talk to a lab through a LabClient. Reconnecting is the caller's business.
import { connect, type Socket } from 'node:net'
import { z } from 'zod'
import { LabError } from '../spec/errors.ts'
import { labSnapshot } from '../spec/lab.ts'
import { networkMap } from '../spec/map.ts'
import { pathResult } from '../spec/path.ts'
import { gradeResult, type Push, processStatus, protocolVersion, push, type request } from '../spec/protocol.ts'
import type { Locale } from '../spec/scenario.ts'
import { systemClock } from '../system/clock.ts'
import { createFrameDecoder, encodeFrame } from '../system/framing.ts'

const nothing = z.unknown().transform(() => undefined)
/** What each request is answered with; those not named here are answered with nothing. */
const replies = {
  hello: z.object({ labId: z.string(), build: z.string(), version: z.number() }),
  snapshot: labSnapshot,
  subscribe: labSnapshot,
  status: processStatus,
  path: pathResult,
  'map.watch': networkMap,
  'terminal.open': z.object({ terminalId: z.string() }),
  'terminal.attach': z.object({ startSeq: z.number() }),
  exec: z.object({ execId: z.string() }),
  'proof.grade': z.object({ results: z.array(gradeResult) }),
} as const
type Replies = typeof replies

type RequestInput = z.input<typeof request>
type WithoutRid<R> = R extends { rid: number } ? Omit<R, 'rid'> : never
export type RequestOp = RequestInput['op']
export type RequestOf<O extends RequestOp> = WithoutRid<Extract<RequestInput, { op: O }>>
export type ReplyOf<O extends RequestOp> = O extends keyof Replies ? z.output<Replies[O]> : undefined
/** Pushes that no request asked for by number. */
export type LabPush = Exclude<Push, { op: 'reply' | 'fail' }>

export interface LabClient {
  readonly labId: string
  /** the lab's build; when it is not `options.build`, every request but `stop` fails with build-mismatch */
  readonly build: string
  readonly sameBuild: boolean
  /** Sends one request. Rejects with the lab's LabError, or `connection-lost` when the connection ends first. */
  request<O extends RequestOp>(body: RequestOf<O> & { op: O }, tail?: Uint8Array): Promise<ReplyOf<O>>
  /** Calls back for each push; returns a function that stops it. Listeners are called in order of subscription. */
  onPush(listener: (message: LabPush, tail: Buffer) => void): () => void
  /** resolves when the connection is gone, whoever ended it */
  readonly closed: Promise<void>
  close(): void
}

export interface ConnectOptions {
  locale: Locale
  build: string
  /** a lab that is just being launched has no socket yet: keep trying this long */
  waitMs?: number
  /** asked between tries; a LabError it throws ends the wait */
  giveUp?: () => void
  signal?: AbortSignal
}

/** Connects to a lab and says hello. Throws LabError `connection-lost` when nobody listens. */
export async function connectLab(socketPath: string, options: ConnectOptions): Promise<LabClient> {
  const deadline = systemClock.monotonicMs() + (options.waitMs ?? 0)
  for (;;) {
    options.signal?.throwIfAborted()
    try {
      return await greet(await openSocket(socketPath), options)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code !== 'ENOENT' && code !== 'ECONNREFUSED') throw error
      options.giveUp?.()
      if (systemClock.monotonicMs() > deadline)
        throw new LabError('connection-lost', 'The lab process does not answer.', {
          hint: 'podwire clean removes what is left of it.',
          cause: error,
        })
      await systemClock.sleep(10, options.signal)
    }
  }
}

function openSocket(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}

interface Frame {
  json: unknown
  tail: Buffer
}

interface Waiting {
  op: RequestOp
  resolve(value: unknown): void
  reject(error: LabError): void
}

async function greet(socket: Socket, options: ConnectOptions): Promise<LabClient> {
  const waiting = new Map<number, Waiting>()
  const listeners = new Set<(message: LabPush, tail: Buffer) => void>()
  let nextRid = 1
  let isClosed = false
  let whyClosed: string | undefined

  function settle(message: Extract<Push, { op: 'reply' | 'fail' }>): void {
    const request = waiting.get(message.rid)
    if (!request) return
    waiting.delete(message.rid)
    if (message.op === 'fail') {
      request.reject(new LabError(message.error.code, message.error.message, { hint: message.error.hint }))
      return
    }
    const schema: z.ZodType = request.op in replies ? replies[request.op as keyof Replies] : nothing
    const parsed = schema.safeParse(message.value)
    if (parsed.success) request.resolve(parsed.data)
    else
      request.reject(new LabError('build-mismatch', `The lab answered ${request.op} with something else: ${z.prettifyError(parsed.error)}`))
  }

  function receive({ json, tail }: Frame): 'reply' | 'push' {
    const parsed = push.safeParse(json)
    if (!parsed.success) {
      whyClosed = `The lab sent something unknown: ${z.prettifyError(parsed.error)}`
      socket.destroy()
    } else if (parsed.data.op === 'reply' || parsed.data.op === 'fail') {
      settle(parsed.data)
      return 'reply'
    } else for (const listener of [...listeners]) listener(parsed.data, tail)
    return 'push'
  }
  /** What came with a reply waits a turn: whoever awaits the reply (the id of a command, say) must know it before the output comes. */
  const arrived: Frame[] = []
  let isWaiting = false
  function deliver(): void {
    isWaiting = false
    for (let frame = arrived.shift(); frame; frame = arrived.shift()) {
      if (receive(frame) === 'push' || arrived.length === 0) continue
      isWaiting = true
      setImmediate(deliver)
      return
    }
  }
  const decode = createFrameDecoder((json, tail) => arrived.push({ json, tail }))
  socket.on('data', (chunk) => {
    try {
      decode(chunk)
      if (!isWaiting) deliver()
    } catch (error) {
      whyClosed = (error as Error).message
      socket.destroy()
    }
  })
  socket.on('error', (error) => {
    whyClosed ??= error.message
  })
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      while (arrived.length) deliver()
      isClosed = true
      for (const request of waiting.values()) request.reject(lost())
      waiting.clear()
      resolve()
    })
  })
  const lost = () => new LabError('connection-lost', `The connection to the lab was lost${whyClosed ? ` (${whyClosed})` : ''}.`)

  const request: LabClient['request'] = (body, tail) =>
    new Promise((resolve, reject) => {
      if (isClosed || socket.destroyed) return reject(lost())
      const rid = nextRid++
      waiting.set(rid, { op: body.op, resolve: resolve as (value: unknown) => void, reject })
      socket.write(encodeFrame({ ...body, rid }, tail))
    })

  // a lab process that hangs accepts connections, which the kernel does for it, and says nothing
  const giveUp = () => socket.destroy()
  options.signal?.addEventListener('abort', giveUp)
  const lab = await request({ op: 'hello', version: protocolVersion, build: options.build, locale: options.locale })
    .catch((error) => {
      socket.destroy()
      options.signal?.throwIfAborted()
      throw error
    })
    .finally(() => options.signal?.removeEventListener('abort', giveUp))
  return {
    labId: lab.labId,
    build: lab.build,
    sameBuild: lab.build === options.build && lab.version === protocolVersion,
    request,
    onPush(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    closed,
    close: () => socket.destroy(),
  }
}
