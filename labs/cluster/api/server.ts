// The API server: TLS for kubectl, handle() for the lab process. Created by the control plane's main.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { type Clock, systemClock } from '../../system/clock.ts'
import { createAccounts } from './http/accounts.ts'
import { type ApiContext, answerCall } from './http/api.ts'
import { type AnswerSink, type ApiAnswer, type ApiCall, statusOf, type User } from './http/call.ts'
import type { ServedStore } from './memory-store.ts'
import { ApiError } from './store.ts'
import { acceptStream } from './stream/upgrade.ts'
import type { PodStreams } from './streams.ts'

export interface ApiServerOptions {
  store: ServedStore
  /** PEM */
  tls: { key: string; cert: string }
  /** bearer token → who it is */
  tokens: Readonly<Record<string, User>>
  streams: PodStreams
  clock?: Clock
}
/** A request over the control channel: the shape of the runtime port's ApiRequest. */
export interface InProcessRequest {
  method: string
  /** with query */
  path: string
  contentType?: string
  /** JSON, or text as it is */
  body?: unknown
}
export interface ApiServer {
  /** fd: a socket that listens already, inherited */
  listen(where: { fd: number } | { host: string; port: number }): Promise<{ port: number }>
  /** A request of the lab process, as cluster admin; resolves whatever the status. Watches and streams are refused. */
  handle(request: InProcessRequest): Promise<{ status: number; body: unknown }>
  /** Ends watches and streams and stops listening. */
  close(): Promise<void>
}

const admin: User = { username: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:authenticated'] }
const anonymous: User = { username: 'system:anonymous', groups: ['system:unauthenticated'] }
const maxBodyBytes = 4 << 20

export function createApiServer(options: ApiServerOptions): ApiServer {
  const clock = options.clock ?? systemClock
  const accounts = createAccounts(options.tokens, clock.now)
  const context: ApiContext = { store: options.store, streams: options.streams, clock, accounts }
  const closing = new AbortController()
  // HTTP/2 as upstream: kubectl then holds one connection, and a watch that it gives up ends without a complaint. Websockets come over HTTP/1.1.
  const server = createSecureServer({ ...options.tls, allowHTTP1: true })
  const sockets = new Set<TLSSocket>()
  server.on('secureConnection', (socket: TLSSocket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  })

  const userOf = (request: IncomingMessage): User | undefined => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    return token ? accounts.userOf(token) : anonymous
  }

  server.on('request', (http2Request, http2Response) => {
    // The compatibility API: what both protocols' objects share is all we use.
    const [request, response] = [http2Request as unknown as IncomingMessage, http2Response as unknown as ServerResponse]
    void serve(context, request, response, userOf, closing.signal).catch((error) => response.destroy(error as Error))
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const url = new URL(request.url ?? '/', 'https://api')
    const user = userOf(request)
    if (!user) return refuse(socket, unauthorized())
    try {
      acceptStream(context, { request, socket, head, url, user, closing: closing.signal })
    } catch (error) {
      refuse(socket, error)
    }
  })
  // A client that is not speaking TLS is its own problem, not the server's.
  server.on('tlsClientError', (_error, socket) => socket.destroy())

  return {
    listen: (where) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(where, () => {
          server.off('error', reject)
          resolve({ port: (server.address() as AddressInfo).port })
        })
      }),
    handle: (request) => handleInProcess(context, request),
    close: () =>
      new Promise((resolve) => {
        closing.abort()
        server.close(() => resolve())
        // Streams first say goodbye.
        setImmediate(() => {
          for (const socket of sockets) socket.destroy()
        })
      }),
  }
}

const unauthorized = () => new ApiError(401, 'Unauthorized', 'Unauthorized')

/** Answers an upgrade with a plain HTTP error, from which kubectl reads the Status. */
function refuse(socket: Duplex, error: unknown): void {
  const { status, body } = statusOf(error)
  const text = JSON.stringify(body)
  socket.end(
    `HTTP/1.1 ${status} ${body.reason}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  )
}

async function handleInProcess(context: ApiContext, request: InProcessRequest): Promise<{ status: number; body: unknown }> {
  const url = new URL(request.path, 'https://api')
  const { body } = request
  const call: ApiCall = {
    method: request.method,
    path: url.pathname,
    query: url.searchParams,
    headers: {
      accept: 'application/json',
      'content-type': request.contentType ?? (request.method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json'),
    },
    body: body === undefined || body === null ? Buffer.alloc(0) : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    user: admin,
    signal: new AbortController().signal,
  }
  if (url.searchParams.get('watch') === 'true' || url.searchParams.get('follow') === 'true') {
    return statusOf(new ApiError(400, 'BadRequest', 'the control channel answers whole requests; watch and follow need a connection'))
  }
  const answer = await answerCall(context, call)
  if (!answer.stream) return { status: answer.status, body: answer.body ?? null }
  const chunks: Buffer[] = []
  await answer.stream({ write: (bytes) => void chunks.push(Buffer.from(bytes)), heldBytes: 0, end() {}, cut() {} })
  return { status: answer.status, body: Buffer.concat(chunks).toString('utf8') }
}

async function serve(
  context: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
  userOf: (request: IncomingMessage) => User | undefined,
  closing: AbortSignal,
): Promise<void> {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const stop = () => gone.abort()
  closing.addEventListener('abort', stop)
  gone.signal.addEventListener('abort', () => closing.removeEventListener('abort', stop))
  const url = new URL(request.url ?? '/', 'https://api')
  const user = userOf(request)
  if (!user) return write(response, statusOf(unauthorized()), gone.signal)
  let body: Buffer
  try {
    body = await readAll(request)
  } catch (error) {
    return write(response, statusOf(error), gone.signal)
  }
  const headers = request.headers as Record<string, string | undefined>
  const call: ApiCall = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body,
    user,
    signal: gone.signal,
  }
  // people who look with their own eyes get lines, as upstream has it
  const pretty = /^(?:curl|Wget|Mozilla\/5\.0)/.test(headers['user-agent'] ?? '')
  await write(response, await answerCall(context, call), gone.signal, pretty)
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > maxBodyBytes) throw new ApiError(413, 'BadRequest', 'Request entity too large: limit is 3145728')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function write(response: ServerResponse, answer: ApiAnswer, gone: AbortSignal, pretty = false): Promise<void> {
  if (gone.aborted) return
  const { status, body, contentType, warnings = [], stream } = answer
  response.setHeader('Cache-Control', 'no-cache, private')
  if (warnings.length > 0)
    response.setHeader(
      'Warning',
      warnings.map((text) => `299 - ${JSON.stringify(text)}`),
    )
  if (stream) {
    response.writeHead(status, { 'Content-Type': contentType ?? 'application/json' })
    response.flushHeaders()
    await stream(sinkOf(response, gone))
    return
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body, null, pretty ? 2 : undefined) + (pretty ? '' : '\n')
  response.writeHead(status, { 'Content-Type': contentType ?? 'application/json', 'Content-Length': Buffer.byteLength(text) })
  response.end(text)
}

function sinkOf(response: ServerResponse, gone: AbortSignal): AnswerSink {
  // one for all who wait: a watch writes on without waiting
  let drained: Promise<void> | undefined
  const drain = () =>
    new Promise<void>((resolve) => {
      const done = () => {
        response.off('drain', done)
        response.off('close', done)
        drained = undefined
        resolve()
      }
      response.on('drain', done)
      response.on('close', done)
    })
  return {
    write(bytes) {
      if (gone.aborted || response.write(bytes)) return
      drained ??= drain()
      return drained
    },
    get heldBytes() {
      return response.writableLength
    },
    end() {
      if (!gone.aborted) response.end()
    },
    cut: () => void response.destroy(),
  }
}
