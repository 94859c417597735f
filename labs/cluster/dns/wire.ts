// Names and record data as bytes, both ways. Browser-safe; used by message.ts and reply.ts.
import type { DnsRecord, Labels } from './message.ts'

export const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

/** Reads a name. With `pointers` it may be compressed, as in replies. Throws RangeError when it runs over the end, into a forbidden pointer or in a circle. */
export function readName(bytes: Uint8Array, from: number, pointers = false): { name: Labels; end: number } {
  const name: string[] = []
  let at = from
  let end: number | undefined
  for (let length = bytes[at]; ; length = bytes[at]) {
    if (length !== undefined && length >= 0xc0 && pointers) {
      const target = ((length & 0x3f) << 8) | (bytes[at + 1] ?? 0)
      // only ever backwards, so it ends
      if (target >= at) throw new RangeError('pointer forwards')
      end ??= at + 2
      at = target
      continue
    }
    if (length === undefined || length > 63) throw new RangeError('bad label')
    at++
    if (length === 0) return { name, end: end ?? at }
    if (at + length > bytes.length) throw new RangeError('label over the end')
    name.push(latin1(bytes.subarray(at, at + length)))
    if (name.length > 127) throw new RangeError('name too long')
    at += length
  }
}

/** Grows as it is written; when it compresses, names point back to an earlier spelling of the same labels. */
export class Writer {
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

export function writeData(out: Writer, record: DnsRecord): void {
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
    case 'MX':
      out.short(record.preference)
      out.name(record.target)
      break
    case 'TXT':
      for (const text of record.texts) {
        out.byte(text.length)
        out.raw(Array.from(text, (c) => c.charCodeAt(0) & 255))
      }
      break
    case 'other':
      out.raw(record.data)
      break
    case 'SOA':
      out.name(record.primary)
      out.name(record.mailbox)
      for (const value of [record.serial, record.refresh, record.retry, record.expire, record.minimum]) out.long(value)
  }
}
