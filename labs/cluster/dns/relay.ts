// A running dns-relay as a set of sockets: queries come in, answers go out, and so do queries for other resolvers. Used by process.ts for CoreDNS's pods and
// by the control plane for the resolver of the lan.
import { constants } from 'node:os'
import type { Log } from '../../system/log.ts'
import type { SandboxProcess } from '../../system/sandbox-init.ts'
import type { Exchanged, Transport } from './plugin.ts'
import { createFrameDecoder, encodeFrame, type FrameFromRelay, type FrameToRelay, type Protocol } from './relay-codec.ts'

export interface RelayedQuery {
  /** http: the head of a request */
  protocol: Protocol
  client: { address: string; port: number }
  /** the port that was asked */
  port: number
  message: Buffer
}
/** Undefined: the client gets nothing. */
export type AnswerQuery = (query: RelayedQuery) => Promise<Uint8Array | undefined>
export type RelayProcess = Pick<SandboxProcess, 'onStdout' | 'ack' | 'write' | 'kill' | 'exited'>

export interface Relay {
  /** DNS over UDP and TCP, or HTTP. The relay ends with a message when the port is taken. */
  listen(kind: 'dns' | 'http', port: number): void
  close(kind: 'dns' | 'http', port: number): void
  exchange(upstream: { address: string; port: number }, query: Uint8Array, transport: Transport, timeoutMs: number): Promise<Exchanged>
  exit(code: number): void
}
export interface RelayListeners {
  answer: AnswerQuery
  /** it was told to end */
  onTerminate?(): void
}

const errorWords = new Map<number, string>([
  [constants.errno.ECONNREFUSED, 'connection refused'],
  [constants.errno.EHOSTUNREACH, 'no route to host'],
  [constants.errno.ENETUNREACH, 'network is unreachable'],
  [constants.errno.EPERM, 'operation not permitted'],
  [constants.errno.ECONNRESET, 'connection reset by peer'],
])

/** As Go's net package words it. */
function exchangeError(
  { status, address, port, ownPort }: FrameFromRelay,
  upstream: string,
  transport: Transport,
  isDial: boolean,
): string {
  if (isDial) {
    const why = status === constants.errno.ETIMEDOUT ? 'i/o timeout' : `connect: ${errorWords.get(status) ?? `errno ${status}`}`
    return `dial ${transport} ${upstream}: ${why}`
  }
  const call = `${transport} ${address}:${ownPort || port}->${upstream}`
  if (status === constants.errno.ETIMEDOUT) return `read ${call}: i/o timeout`
  return status === 0 ? 'EOF' : `read ${call}: read: ${errorWords.get(status) ?? `errno ${status}`}`
}

/** Serves for as long as the relay runs. The relay's stderr is the caller's: the kubelet shows it as the container's log. */
export function openRelay(process: RelayProcess, { answer, onTerminate }: RelayListeners, log: Pick<Log, 'error'>): Relay {
  const decode = createFrameDecoder()
  const exchanges = new Map<number, (frame: FrameFromRelay) => void>()
  let lastId = 0
  let ended = false
  const send = (frame: FrameToRelay) => {
    if (!ended) process.write(encodeFrame(frame))
  }
  void process.exited.then(() => {
    ended = true
    const lost = {
      kind: 'reply',
      id: 0,
      protocol: 'udp',
      address: '0.0.0.0',
      port: 0,
      ownPort: 0,
      status: constants.errno.ENETUNREACH,
    } as const
    for (const settle of exchanges.values()) settle({ ...lost, message: Buffer.alloc(0) })
  })

  async function respond({ id, protocol, address, port, ownPort, message }: FrameFromRelay): Promise<void> {
    let bytes: Uint8Array | undefined
    try {
      bytes = await answer({ protocol, client: { address, port }, port: ownPort, message })
    } catch (error) {
      log.error({ error: error instanceof Error ? error.stack : String(error) }, 'dns: a query could not be answered')
    }
    send({ kind: 'answer', id, ...(bytes ? { message: bytes } : {}) })
  }
  function receive(frame: FrameFromRelay): void {
    if (frame.kind === 'query') void respond(frame)
    else if (frame.kind === 'terminate') onTerminate?.()
    else exchanges.get(frame.id)?.(frame)
  }
  process.onStdout((bytes) => {
    process.ack(bytes.length)
    try {
      for (const frame of decode(bytes)) receive(frame)
    } catch (error) {
      log.error({ error: String(error) }, 'dns: the relay is ended, its stream cannot be read')
      process.kill(9)
    }
  })

  return {
    listen: (kind, port) => send({ kind: 'listen', protocol: kind === 'dns' ? 'udp' : 'http', port }),
    close: (kind, port) => send({ kind: 'close', protocol: kind === 'dns' ? 'udp' : 'http', port }),
    exit: (code) => send({ kind: 'exit', status: code }),
    exchange({ address, port }, query, transport, timeoutMs) {
      const upstream = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
      // pods have no route for IPv6
      if (address.includes(':')) return Promise.resolve({ error: `dial ${transport} ${upstream}: connect: network is unreachable` })
      if (ended) return Promise.resolve({ error: `dial ${transport} ${upstream}: use of closed network connection` })
      const id = ++lastId
      return new Promise((resolve) => {
        exchanges.set(id, (frame) => {
          exchanges.delete(id)
          if (frame.message.length) resolve({ reply: frame.message })
          else resolve({ error: exchangeError(frame, upstream, transport, frame.ownPort === 0) })
        })
        send({ kind: 'exchange', id, protocol: transport, address, port, ownPort: timeoutMs, message: query })
      })
    },
  }
}
