// As much of SPDY/3.1 as kubectl port-forward needs: streams opened by the client, data both ways. Used by port-forward.ts. There is no flow control:
// kubectl's SPDY library neither honours nor sends WINDOW_UPDATE, so a sender that waited for it would wait for ever.
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib'
import { dictionary } from './spdy-dictionary.ts'

export interface SpdyStream {
  /** lower-case names */
  headers: Record<string, string>
  /** answers the opening; without it the client waits */
  accept(): void
  write(bytes: Buffer): void
  /** half close */
  end(): void
  reset(): void
  onData(listener: (bytes: Buffer) => void): void
  onEnd(listener: () => void): void
  onReset(listener: () => void): void
}
interface SessionOptions {
  send(frame: Buffer): void
  onStream(stream: SpdyStream): void
}

const type = { synStream: 1, synReply: 2, rstStream: 3, settings: 4, ping: 6, goAway: 7, headers: 8 }
const fin = 1
const maxFrameBytes = 16 << 20
/** Data frames are cut to this. */
const partBytes = 32 << 10

interface Open {
  data: (bytes: Buffer) => void
  end: () => void
  reset: () => void
}

/** Feed it bytes with receive(); it must be called one chunk after the other (it keeps order itself). Rejects on malformed input. */
export function createSpdySession({ send, onStream }: SessionOptions): { receive(bytes: Buffer): Promise<void>; close(): void } {
  const inflate = createInflate({ dictionary, finishFlush: constants.Z_SYNC_FLUSH })
  const deflate = createDeflate({ dictionary })
  const open = new Map<number, Open>()
  let pending: Buffer = Buffer.alloc(0)
  let reading: Promise<void> = Promise.resolve()
  let writing: Promise<void> = Promise.resolve()

  const dataFrame = (id: number, flags: number, bytes: Buffer): Buffer => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(id & 0x7fffffff, 0)
    head.writeUInt32BE((flags << 24) | bytes.length, 4)
    return Buffer.concat([head, bytes])
  }
  const control = (kind: number, flags: number, body: Buffer): Buffer => {
    const head = Buffer.alloc(8)
    head.writeUInt16BE(0x8003, 0)
    head.writeUInt16BE(kind, 2)
    head.writeUInt32BE(((flags << 24) | body.length) >>> 0, 4)
    return Buffer.concat([head, body])
  }
  const words = (...values: number[]): Buffer => {
    const buffer = Buffer.alloc(values.length * 4)
    for (const [i, value] of values.entries()) buffer.writeUInt32BE(value >>> 0, i * 4)
    return buffer
  }

  function openStream(id: number, headers: Record<string, string>, flags: number): void {
    const stream: Open = { data() {}, end() {}, reset() {} }
    open.set(id, stream)
    let ended = (flags & fin) !== 0
    onStream({
      headers,
      accept() {
        writing = writing.then(async () => send(control(type.synReply, 0, Buffer.concat([words(id), await transform(deflate, words(0))]))))
      },
      write(bytes) {
        void writing.then(() => {
          for (let at = 0; at < bytes.length; at += partBytes) send(dataFrame(id, 0, bytes.subarray(at, at + partBytes)))
        })
      },
      end() {
        void writing.then(() => {
          open.delete(id)
          send(dataFrame(id, fin, Buffer.alloc(0)))
        })
      },
      reset() {
        open.delete(id)
        send(control(type.rstStream, 0, words(id, 5)))
      },
      onData: (listener) => {
        stream.data = listener
      },
      onEnd(listener) {
        stream.end = listener
        if (ended) {
          ended = false
          listener()
        }
      },
      onReset: (listener) => {
        stream.reset = listener
      },
    })
  }

  async function handleControl(kind: number, flags: number, body: Buffer): Promise<void> {
    const id = body.length >= 4 ? body.readUInt32BE(0) & 0x7fffffff : 0
    switch (kind) {
      case type.synStream:
        return openStream(id, parseHeaders(await transform(inflate, body.subarray(10))), flags)
      case type.headers:
        // Read to keep the shared compression state in step.
        await transform(inflate, body.subarray(4))
        return
      case type.rstStream:
        open.get(id)?.reset()
        open.delete(id)
        return
      case type.ping:
        return send(control(type.ping, 0, body))
      default:
        return // SETTINGS, GOAWAY and WINDOW_UPDATE ask nothing of us
    }
  }

  function handleData(id: number, flags: number, bytes: Buffer): void {
    const stream = open.get(id)
    if (bytes.length > 0) stream?.data(bytes)
    if (flags & fin) stream?.end()
  }

  async function consume(chunk: Buffer): Promise<void> {
    pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk
    while (pending.length >= 8) {
      const [first, second] = [pending.readUInt32BE(0), pending.readUInt32BE(4)]
      const [flags, length] = [second >>> 24, second & 0xffffff]
      if (length > maxFrameBytes) throw new Error(`SPDY frame of ${length} bytes`)
      if (pending.length < 8 + length) return
      const body = pending.subarray(8, 8 + length)
      pending = pending.subarray(8 + length)
      if (first >>> 31) await handleControl(first & 0xffff, flags, body)
      else handleData(first, flags, body)
    }
  }

  return {
    receive(bytes) {
      reading = reading.then(() => consume(bytes))
      return reading
    },
    close() {
      for (const stream of open.values()) stream.reset()
      open.clear()
      inflate.close()
      deflate.close()
    },
  }
}

/** One header block through the session's (de)compressor. */
function transform(through: Inflate | Deflate, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const collect = (chunk: Buffer) => void chunks.push(chunk)
    through.on('data', collect)
    through.once('error', reject)
    const done = () => {
      through.off('data', collect)
      through.off('error', reject)
      resolve(Buffer.concat(chunks))
    }
    through.write(bytes)
    through.flush(constants.Z_SYNC_FLUSH, done)
  })
}

/** Name/value pairs: counts and lengths are 32 bits, names lower-case. */
function parseHeaders(block: Buffer): Record<string, string> {
  const headers: Record<string, string> = {}
  let at = 4
  const text = (): string => {
    const length = block.readUInt32BE(at)
    at += 4 + length
    return block.toString('utf8', at - length, at)
  }
  for (let left = block.readUInt32BE(0); left > 0; left--) {
    const name = text()
    headers[name.toLowerCase()] = text()
  }
  return headers
}
