// Reads what an upstream resolver answered. Browser-safe: bytes in, records out.
import { type DnsRecord, type DnsReply, headerBytes, type Labels, type Rcode, rcodes, recordTypes } from './message.ts'
import { latin1, readName } from './wire.ts'

const rcodeNames = Object.keys(rcodes) as Rcode[]

function readTexts(bytes: Uint8Array): string[] {
  const texts: string[] = []
  for (let at = 0; at < bytes.length; at += (bytes[at] as number) + 1)
    texts.push(latin1(bytes.subarray(at + 1, at + 1 + (bytes[at] as number))))
  return texts
}

const ipv6 = (bytes: Uint8Array): string =>
  Array.from({ length: 8 }, (_, i) => (((bytes[2 * i] as number) << 8) | (bytes[2 * i + 1] as number)).toString(16)).join(':')

/** Names in the data of known types may be compressed; what is not known is kept as it is. */
function readData(view: DataView, bytes: Uint8Array, at: number, size: number, code: number): Omit<DnsRecord, 'name' | 'ttl'> {
  const data = bytes.slice(at, at + size)
  const name = (offset: number): Labels => readName(bytes, at + offset, true).name
  const of = <T extends Omit<DnsRecord, 'name' | 'ttl'>>(record: T & object) => record
  switch (code) {
    case recordTypes.A:
      if (size === 4) return of({ type: 'A' as const, address: data.join('.') })
      break
    case recordTypes.AAAA:
      if (size === 16) return of({ type: 'AAAA' as const, address: ipv6(data) })
      break
    case recordTypes.CNAME:
      return of({ type: 'CNAME' as const, target: name(0) })
    case recordTypes.NS:
      return of({ type: 'NS' as const, target: name(0) })
    case recordTypes.PTR:
      return of({ type: 'PTR' as const, target: name(0) })
    case recordTypes.MX:
      return of({ type: 'MX' as const, preference: view.getUint16(at), target: name(2) })
    case recordTypes.SRV: {
      const [priority, weight, port] = [0, 2, 4].map((o) => view.getUint16(at + o)) as [number, number, number]
      return of({ type: 'SRV' as const, priority, weight, port, target: name(6) })
    }
    case recordTypes.TXT:
      return of({ type: 'TXT' as const, texts: readTexts(data) })
    case recordTypes.SOA: {
      const primary = readName(bytes, at, true)
      const mailbox = readName(bytes, primary.end, true)
      const [serial, refresh, retry, expire, minimum] = [0, 4, 8, 12, 16].map((o) => view.getUint32(mailbox.end + o)) as [
        number,
        number,
        number,
        number,
        number,
      ]
      return of({ type: 'SOA' as const, primary: primary.name, mailbox: mailbox.name, serial, refresh, retry, expire, minimum })
    }
  }
  return of({ type: 'other' as const, code, data })
}

/** Undefined for bytes that are no reply to a query. The OPT record is left out: it is between two neighbours. */
export function readReply(bytes: Uint8Array): (DnsReply & { id: number; question: Labels; questionType: number }) | undefined {
  if (bytes.length < headerBytes || !((bytes[2] as number) & 0x80)) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const flags = view.getUint16(2)
  const counts = [6, 8, 10].map((o) => view.getUint16(o)) as [number, number, number]
  try {
    const { name: question, end } = view.getUint16(4) === 1 ? readName(bytes, headerBytes) : { name: [], end: headerBytes - 4 }
    let at = end + 4
    const sections = counts.map((count) =>
      Array.from({ length: count }, (): DnsRecord | undefined => {
        const owner = readName(bytes, at, true)
        const code = view.getUint16(owner.end)
        const size = view.getUint16(owner.end + 8)
        const start = owner.end + 10
        if (start + size > bytes.length) throw new RangeError('record over the end')
        at = start + size
        if (code === recordTypes.OPT) return undefined
        return { name: owner.name, ttl: view.getUint32(owner.end + 4), ...readData(view, bytes, start, size, code) } as DnsRecord
      }).filter((record) => record !== undefined),
    ) as [DnsRecord[], DnsRecord[], DnsRecord[]]
    return {
      id: view.getUint16(0),
      question,
      questionType: view.getUint16(4) === 1 ? view.getUint16(end) : 0,
      rcode: rcodeNames.find((name) => rcodes[name] === (flags & 15)) ?? 'SERVFAIL',
      authoritative: (flags & 0x0400) !== 0,
      truncated: (flags & 0x0200) !== 0,
      recursionAvailable: (flags & 0x0080) !== 0,
      answers: sections[0],
      authorities: sections[1],
      additionals: sections[2],
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
