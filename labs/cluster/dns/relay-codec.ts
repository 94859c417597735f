// The frames between dns-relay (labs/system/native/workload-dns-relay.c), which owns port 53 inside a pod, and the control plane, which knows the answers.
// Numbers are big-endian. From the relay: u32 id · u8 protocol (17 UDP, 6 TCP) · u32 client address · u16 client port · u32 length · message.
// To the relay: u32 id · u32 length · message; length 0 means that the query stays unanswered.
import { LabError } from '../../spec/errors.ts'

const queryHeader = 15
const answerHeader = 8
const messageLimit = 65_535

export interface RelayedQuery {
  id: number
  transport: 'udp' | 'tcp'
  /** address is 0.0.0.0 for an IPv6 client */
  client: { address: string; port: number }
  message: Buffer
}

/** Takes the relay's output in pieces of any size and gives the queries that are complete. Throws LabError `internal` when it is no such stream. */
export function createQueryDecoder(): (chunk: Buffer) => RelayedQuery[] {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length ? Buffer.concat([rest, chunk]) : chunk
    const queries: RelayedQuery[] = []
    while (rest.length >= queryHeader) {
      const length = rest.readUInt32BE(11)
      const protocol = rest.readUInt8(4)
      if (length > messageLimit || (protocol !== 17 && protocol !== 6))
        throw new LabError('internal', 'dns-relay sent a frame that is none')
      if (rest.length < queryHeader + length) break
      queries.push({
        id: rest.readUInt32BE(0),
        transport: protocol === 17 ? 'udp' : 'tcp',
        client: { address: [...rest.subarray(5, 9)].join('.'), port: rest.readUInt16BE(9) },
        message: Buffer.from(rest.subarray(queryHeader, queryHeader + length)),
      })
      rest = rest.subarray(queryHeader + length)
    }
    return queries
  }
}

/** The frame that answers a query; without a message the client gets nothing. */
export function encodeAnswer(id: number, message: Uint8Array | undefined): Buffer {
  const header = Buffer.alloc(answerHeader)
  header.writeUInt32BE(id, 0)
  header.writeUInt32BE(message?.length ?? 0, 4)
  return message ? Buffer.concat([header, message]) : header
}
