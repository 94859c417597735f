// DNS messages: the question of a query, and answers with compressed names as CoreDNS sends them. Browser-safe: bytes in, bytes out.
// dns-packet decodes well, but encodes without compression, and then a headless Service of ten pods would not fit into 512 bytes.
import { recordTypes } from './record-types.ts'
import { readName, Writer, writeData } from './wire.ts'

/** A domain name: its labels, spelled as asked, without the root. */
export type Labels = readonly string[]

export { recordTypes } from './record-types.ts'
export const rcodes = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
} as const
export type Rcode = keyof typeof rcodes

interface Soa {
  primary: Labels
  mailbox: Labels
  serial: number
  refresh: number
  retry: number
  expire: number
  minimum: number
}
/** `ttl` in seconds. */
export type DnsRecord = { name: Labels; ttl: number } & (
  | { type: 'A' | 'AAAA'; address: string }
  | { type: 'CNAME' | 'PTR' | 'NS'; target: Labels }
  | { type: 'SRV'; priority: number; weight: number; port: number; target: Labels }
  | { type: 'MX'; preference: number; target: Labels }
  | { type: 'TXT'; texts: readonly string[] }
  | ({ type: 'SOA' } & Soa)
  /** what only passes through; `data` has no compressed names */
  | { type: 'other'; code: number; data: Uint8Array }
)

export interface DnsQuestion {
  id: number
  name: Labels
  /** record type by number, because any may be asked for */
  type: number
  class: number
  recursionDesired: boolean
  checkingDisabled: boolean
  /** the query's OPT record */
  edns?: { udpSize: number; version: number; dnssecOk: boolean; options: Uint8Array }
}

export interface DnsReply {
  rcode: Rcode
  authoritative: boolean
  recursionAvailable: boolean
  /** an upstream left something out */
  truncated?: boolean
  answers: readonly DnsRecord[]
  authorities: readonly DnsRecord[]
  additionals: readonly DnsRecord[]
}

export const toLabels = (text: string): Labels => text.split('.').filter((label) => label !== '')
export const sameName = (a: Labels, b: Labels): boolean =>
  a.length === b.length && a.every((label, i) => label.toLowerCase() === b[i]?.toLowerCase())
/** Does `name` lie in `zone`, or is it the zone itself? */
export const inZone = (name: Labels, zone: Labels): boolean =>
  name.length >= zone.length && sameName(name.slice(name.length - zone.length), zone)

export const headerBytes = 12
const optType = recordTypes.OPT

/**
 * The question of a query, `undefined` for what a server silently drops (too short, or no query), or the error code it answers with.
 * Exactly one question is allowed, as in miekg/dns.
 */
export function readQuestion(bytes: Uint8Array): DnsQuestion | Extract<Rcode, 'FORMERR' | 'NOTIMP'> | undefined {
  if (bytes.length < headerBytes) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const flags = view.getUint16(2)
  if (flags & 0x8000) return undefined
  if ((flags >> 11) & 15) return 'NOTIMP'
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((o) => view.getUint16(o)) as [number, number, number, number]
  if (questions !== 1 || answers > 1 || authorities > 1 || additionals > 2) return 'FORMERR'
  try {
    const { name, end } = readName(bytes, headerBytes)
    const question: DnsQuestion = {
      id: view.getUint16(0),
      name,
      type: view.getUint16(end),
      class: view.getUint16(end + 2),
      recursionDesired: (flags & 0x0100) !== 0,
      checkingDisabled: (flags & 0x0010) !== 0,
    }
    let at = end + 4
    for (let i = 0; i < answers + authorities + additionals; i++) {
      const owner = readName(bytes, at)
      const size = view.getUint16(owner.end + 8)
      if (owner.end + 10 + size > bytes.length) return 'FORMERR'
      if (view.getUint16(owner.end) === optType) {
        const options = bytes.slice(owner.end + 10, owner.end + 10 + size)
        const udpSize = view.getUint16(owner.end + 2)
        question.edns = {
          udpSize,
          version: bytes[owner.end + 5] as number,
          dnssecOk: ((bytes[owner.end + 6] as number) & 0x80) !== 0,
          options,
        }
      }
      at = owner.end + 10 + size
    }
    return question
  } catch (error) {
    if (error instanceof RangeError) return 'FORMERR'
    throw error
  }
}

export const recordCode = (record: DnsRecord): number => (record.type === 'other' ? record.code : recordTypes[record.type])

function encode(question: DnsQuestion, reply: DnsReply, extendedRcode: number, truncated: boolean, compress = true): Uint8Array {
  const out = new Writer(compress)
  const { edns } = question
  const bit = (set: boolean, mask: number) => (set ? mask : 0)
  out.short(question.id)
  out.short(
    0x8000 |
      bit(reply.authoritative, 0x0400) |
      bit(truncated, 0x0200) |
      bit(question.recursionDesired, 0x0100) |
      bit(reply.recursionAvailable, 0x0080) |
      bit(question.checkingDisabled, 0x0010) |
      rcodes[reply.rcode],
  )
  const counts = [1, reply.answers.length, reply.authorities.length, reply.additionals.length + (edns ? 1 : 0)]
  for (const count of counts) out.short(count)
  out.name(question.name)
  out.short(question.type)
  out.short(question.class)
  for (const record of [...reply.answers, ...reply.authorities, ...reply.additionals]) {
    out.name(record.name)
    out.short(recordCode(record))
    out.short(1)
    out.long(record.ttl)
    out.measured(() => writeData(out, record))
  }
  if (edns) {
    out.byte(0)
    out.short(optType)
    out.short(Math.max(512, edns.udpSize))
    out.byte(extendedRcode)
    out.byte(0)
    out.short(bit(edns.dnssecOk, 0x8000))
    out.measured(() => out.raw(edns.options)) // CoreDNS sends cookies and the like back unchanged
  }
  return out.finish()
}

/** What fits a client: 512 bytes over UDP unless its OPT record says more. */
const limitOf = (question: DnsQuestion, transport: 'udp' | 'tcp'): number =>
  transport === 'tcp' ? 65_535 : Math.max(512, question.edns?.udpSize ?? 512)

/**
 * The reply as bytes. What does not fit is left out, additional records first; when an answer is left out the TC flag is set.
 * `extendedRcode` goes into the OPT record (1: BADVERS).
 */
export function encodeReply(question: DnsQuestion, reply: DnsReply, transport: 'udp' | 'tcp', extendedRcode = 0): Uint8Array {
  const limit = limitOf(question, transport)
  // as CoreDNS: names are shortened only where the message would not fit
  const plain = encode(question, reply, extendedRcode, reply.truncated === true, false)
  if (plain.length <= limit) return plain
  const whole = encode(question, reply, extendedRcode, reply.truncated === true)
  if (whole.length <= limit) return whole
  const trimmed = { ...reply, additionals: [...reply.additionals], authorities: [...reply.authorities], answers: [...reply.answers] }
  for (;;) {
    const truncated = reply.truncated === true || trimmed.answers.length < reply.answers.length
    const bytes = encode(question, trimmed, extendedRcode, truncated)
    if (bytes.length <= limit) return bytes
    const list = [trimmed.additionals, trimmed.authorities, trimmed.answers].find((l) => l.length > 0)
    if (!list) return bytes
    list.pop()
  }
}

/** The question as a resolver sends it on; `edns` as the client gave it. */
export function encodeQuery(question: DnsQuestion): Uint8Array {
  const nothing = { answers: [], authorities: [], additionals: [] }
  const bytes = encode(question, { rcode: 'NOERROR', authoritative: false, recursionAvailable: false, ...nothing }, 0, false)
  bytes[2] = (bytes[2] as number) & 0x7f
  return bytes
}

/** The length of a reply whose names are all written out and that has no OPT record: what CoreDNS logs as its size. */
export function plainLength({ edns: _, ...question }: DnsQuestion, reply: DnsReply): number {
  return encode(question, reply, 0, false, false).length
}

/** An error without the question, for queries that cannot be read. */
export function encodeError(query: Uint8Array, rcode: Rcode): Uint8Array {
  const bytes = new Uint8Array(headerBytes)
  bytes.set(query.subarray(0, 2))
  bytes[2] = 0x80 | ((query[2] as number) & 0x79) // opcode and RD as asked
  bytes[3] = rcodes[rcode]
  return bytes
}
