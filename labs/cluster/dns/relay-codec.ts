// The frames between dns-relay (labs/system/native/workload-dns-relay.c), which owns the sockets inside a pod, and the control plane, which does CoreDNS's
// work. Both ways: u8 kind · u8 protocol (17 UDP, 6 TCP, 80 HTTP) · u16 port · u32 id · u32 IPv4 address · u16 own port · u16 status · u32 length · bytes.
// Numbers are big-endian.
import { LabError } from '../../spec/errors.ts'

const headerBytes = 20
const messageLimit = 65_535

export const protocols = { udp: 17, tcp: 6, http: 80 } as const
export type Protocol = keyof typeof protocols

/** From the relay: a query with its client and the port asked; what an upstream answered; SIGTERM. */
const fromRelay = { query: 1, reply: 2, terminate: 3 } as const
/** To the relay: an answer (no bytes: none is given); a query for an upstream; open and close a server's port; end. */
const toRelay = { answer: 1, exchange: 2, listen: 3, close: 4, exit: 5 } as const

export interface RelayFrame<Kind> {
  kind: Kind
  id: number
  protocol: Protocol
  /** of the client or of the upstream; 0.0.0.0 for an IPv6 client */
  address: string
  port: number
  /** the server's port that was asked, or the port an exchange left from; to the relay: ms after which an exchange is given up */
  ownPort: number
  /** errno of an exchange, or an exit code */
  status: number
  message: Buffer
}
export type FrameFromRelay = RelayFrame<keyof typeof fromRelay>
export type FrameToRelay = Pick<RelayFrame<keyof typeof toRelay>, 'kind'> &
  Partial<Omit<RelayFrame<keyof typeof toRelay>, 'message'>> & { message?: Uint8Array }

const nameOf = <T extends Record<string, number>>(table: T, code: number): keyof T | undefined =>
  Object.keys(table).find((name) => table[name] === code)

/** Takes the relay's output in pieces of any size and gives the frames that are complete. Throws LabError `internal` when it is no such stream. */
export function createFrameDecoder(): (chunk: Buffer) => FrameFromRelay[] {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length ? Buffer.concat([rest, chunk]) : chunk
    const frames: FrameFromRelay[] = []
    while (rest.length >= headerBytes) {
      const length = rest.readUInt32BE(16)
      const kind = nameOf(fromRelay, rest.readUInt8(0))
      const protocol = nameOf(protocols, rest.readUInt8(1))
      if (length > messageLimit || !kind || !protocol) throw new LabError('internal', 'dns-relay sent a frame that is none')
      if (rest.length < headerBytes + length) break
      frames.push({
        kind,
        protocol,
        port: rest.readUInt16BE(2),
        id: rest.readUInt32BE(4),
        address: [...rest.subarray(8, 12)].join('.'),
        ownPort: rest.readUInt16BE(12),
        status: rest.readUInt16BE(14),
        message: Buffer.from(rest.subarray(headerBytes, headerBytes + length)),
      })
      rest = rest.subarray(headerBytes + length)
    }
    return frames
  }
}

export function encodeFrame(frame: FrameToRelay): Buffer {
  const { kind, protocol = 'udp', port = 0, id = 0, address = '0.0.0.0', ownPort = 0, status = 0, message } = frame
  const header = Buffer.alloc(headerBytes)
  header.writeUInt8(toRelay[kind], 0)
  header.writeUInt8(protocols[protocol], 1)
  header.writeUInt16BE(port, 2)
  header.writeUInt32BE(id, 4)
  header.set(address.split('.').map(Number), 8)
  header.writeUInt16BE(ownPort, 12)
  header.writeUInt16BE(status, 14)
  header.writeUInt32BE(message?.length ?? 0, 16)
  return message ? Buffer.concat([header, message]) : header
}
