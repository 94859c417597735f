// DNS messages: the question of a query, and answers with compressed names as CoreDNS sends them. Browser-safe: bytes in, bytes out.
// dns-packet decodes well, but encodes without compression, and then a headless Service of ten pods would not fit into 512 bytes.

/** A domain name: its labels, spelled as asked, without the root. */
export type Labels = readonly string[]

export const recordTypes = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33 } as const
export const rcodes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const
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
  | { type: 'TXT'; text: string }
  | ({ type: 'SOA' } & Soa)
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

const headerBytes = 12
const optType = 41
const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

/** Reads an uncompressed name, as questions have it. Throws RangeError when it runs over the end or into a pointer. */
function readName(bytes: Uint8Array, at: number): { name: Labels; end: number } {
  const name: string[] = []
  for (let length = bytes[at]; ; length = bytes[at]) {
    if (length === undefined || length > 63) throw new RangeError('bad label')
    at++
    if (length === 0) return { name, end: at }
    if (at + length > bytes.length) throw new RangeError('label over the end')
    name.push(latin1(bytes.subarray(at, at + length)))
    at += length
  }
}

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

/** Grows as it is written; when it compresses, names point back to an earlier spelling of the same labels. */
class Writer {
  constructor(private readonly compresses: boolean) {}
  private bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1024)
  length = 0
  private readonly names = new Map<string, number>()

  private room(count: number): void {
    if (this.length + count <= this.bytes.length) return
    const grown = new Uint8Array((this.length + count) * 2)
    grown.set(this.bytes)
    this.bytes = grown
  }
  byte(value: number): void {
    this.room(1)
    this.bytes[this.length++] = value
  }
  short(value: number): void {
    this.byte((value >> 8) & 255)
    this.byte(value & 255)
  }
  long(value: number): void {
    this.short(Math.floor(value / 0x1_0000) & 0xffff)
    this.short(value & 0xffff)
  }
  raw(bytes: ArrayLike<number>): void {
    this.room(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }
  name(labels: Labels): void {
    for (let i = 0; i < labels.length; i++) {
      const rest = labels.slice(i).join('\u0000')
      const known = this.compresses ? this.names.get(rest) : undefined
      if (known !== undefined) {
        this.short(0xc000 | known)
        return
      }
      if (this.length < 0x4000) this.names.set(rest, this.length)
      const label = labels[i] as string
      this.byte(label.length)
      this.raw(Array.from(label, (c) => c.charCodeAt(0) & 255))
    }
    this.byte(0)
  }
  /** Writes a length of two bytes in front of what `write` writes. */
  measured(write: () => void): void {
    const at = this.length
    this.short(0)
    write()
    this.patchShort(at, this.length - at - 2)
  }
  patchShort(at: number, value: number): void {
    this.bytes[at] = value >> 8
    this.bytes[at + 1] = value & 255
  }
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }
}

/** The 4 or 16 bytes of an address. */
function addressBytes(address: string): number[] {
  if (!address.includes(':')) return address.split('.').map(Number)
  const [head = '', tail] = address.split('::')
  const groups = (side: string) => (side === '' ? [] : side.split(':').map((g) => Number.parseInt(g, 16)))
  const left = groups(head)
  const right = tail === undefined ? [] : groups(tail)
  return [...left, ...new Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0), ...right].flatMap((g) => [g >> 8, g & 255])
}

function writeData(out: Writer, record: DnsRecord): void {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      out.raw(addressBytes(record.address))
      break
    case 'CNAME':
    case 'PTR':
    case 'NS':
      out.name(record.target)
      break
    case 'SRV':
      for (const value of [record.priority, record.weight, record.port]) out.short(value)
      out.name(record.target)
      break
    case 'TXT':
      out.byte(record.text.length)
      out.raw(Array.from(record.text, (c) => c.charCodeAt(0) & 255))
      break
    case 'SOA':
      out.name(record.primary)
      out.name(record.mailbox)
      for (const value of [record.serial, record.refresh, record.retry, record.expire, record.minimum]) out.long(value)
  }
}

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
    out.short(recordTypes[record.type])
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
  const plain = encode(question, reply, extendedRcode, false, false)
  if (plain.length <= limit) return plain
  const whole = encode(question, reply, extendedRcode, false)
  if (whole.length <= limit) return whole
  const trimmed = { ...reply, additionals: [...reply.additionals], authorities: [...reply.authorities], answers: [...reply.answers] }
  for (;;) {
    const truncated = trimmed.answers.length < reply.answers.length
    const bytes = encode(question, trimmed, extendedRcode, truncated)
    if (bytes.length <= limit) return bytes
    const list = [trimmed.additionals, trimmed.authorities, trimmed.answers].find((l) => l.length > 0)
    if (!list) return bytes
    list.pop()
  }
}

/** An error without the question, for queries that cannot be read. */
export function encodeError(query: Uint8Array, rcode: Rcode): Uint8Array {
  const bytes = new Uint8Array(headerBytes)
  bytes.set(query.subarray(0, 2))
  bytes[2] = 0x80 | ((query[2] as number) & 0x79) // opcode and RD as asked
  bytes[3] = rcodes[rcode]
  return bytes
}
