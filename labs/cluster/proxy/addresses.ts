// IP addresses and ranges as text: canonical form, family, containment. Used wherever an address from the API becomes part of a rule.

export type Family = 'IPv4' | 'IPv6'

export const familyOf = (address: string): Family => (address.includes(':') ? 'IPv6' : 'IPv4')

/** Groups of an IPv6 address, or undefined when the text is none. */
function ipv6Groups(text: string): number[] | undefined {
  const sides = text.split('::')
  if (sides.length > 2) return undefined
  const parse = (side: string): number[] | undefined => {
    if (side === '') return []
    const groups: number[] = []
    for (const part of side.split(':')) {
      if (part.includes('.')) {
        const bytes = ipv4Bytes(part)
        if (!bytes) return undefined
        groups.push(((bytes[0] as number) << 8) | (bytes[1] as number), ((bytes[2] as number) << 8) | (bytes[3] as number))
      } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16))
      else return undefined
    }
    return groups
  }
  const head = parse(sides[0] as string)
  const tail = sides.length === 2 ? parse(sides[1] as string) : []
  if (!head || !tail) return undefined
  const missing = 8 - head.length - tail.length
  if (sides.length === 1 ? missing !== 0 : missing < 1) return undefined
  return [...head, ...new Array<number>(Math.max(0, missing)).fill(0), ...tail]
}

/** Old objects may carry leading zeros (010.1.2.003); kube-proxy reads them as decimal. */
function ipv4Bytes(text: string): number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((p) => /^\d{1,}$/.test(p) && Number(p) <= 255)) return undefined
  return parts.map(Number)
}

function bytesOf(address: string): number[] | undefined {
  const text = address.trim()
  return familyOf(text) === 'IPv4' ? ipv4Bytes(text) : ipv6Groups(text)?.flatMap((g) => [g >> 8, g & 255])
}

/** RFC 5952: lower case, the longest run of two or more zero groups shortened. */
function formatIpv6(bytes: number[]): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[i * 2] as number) << 8) | (bytes[i * 2 + 1] as number))
  let best = { at: -1, length: 1 }
  for (let at = 0; at < 8; at++) {
    let length = 0
    while (at + length < 8 && groups[at + length] === 0) length++
    if (length > best.length) best = { at, length }
  }
  const hex = groups.map((g) => g.toString(16))
  if (best.at < 0) return hex.join(':')
  return `${hex.slice(0, best.at).join(':')}::${hex.slice(best.at + best.length).join(':')}`
}

/** The address in canonical form, or undefined when it is no address. */
export function canonicalAddress(text: string): string | undefined {
  const bytes = bytesOf(text)
  if (!bytes) return undefined
  return bytes.length === 4 ? bytes.join('.') : formatIpv6(bytes)
}

interface Range {
  bytes: number[]
  bits: number
}

function parseRange(text: string): Range | undefined {
  const [address = '', length = ''] = text.trim().split('/')
  const bytes = bytesOf(address)
  if (!bytes || !/^\d{1,3}$/.test(length) || Number(length) > bytes.length * 8) return undefined
  const bits = Number(length)
  const masked = bytes.map((byte, i) => byte & (0xff << Math.max(0, 8 - Math.max(0, bits - i * 8))) & 0xff)
  return { bytes: masked, bits }
}

/** `10.1.2.3/8` → `10.0.0.0/8`; undefined when it is no range. */
export function canonicalRange(text: string): string | undefined {
  const range = parseRange(text)
  if (!range) return undefined
  return `${range.bytes.length === 4 ? range.bytes.join('.') : formatIpv6(range.bytes)}/${range.bits}`
}

/** Whether `address` lies in `range`; false when either cannot be read or the families differ. */
export function rangeContains(range: string, address: string): boolean {
  const outer = parseRange(range)
  const bytes = bytesOf(address)
  if (!outer || !bytes || outer.bytes.length !== bytes.length) return false
  const inner = parseRange(`${address}/${outer.bits}`)
  return inner?.bytes.every((byte, i) => byte === outer.bytes[i]) ?? false
}

/** `ip:port`, `[ip]:port` for IPv6: an endpoint's name everywhere in the rules. */
export const joinHostPort = (address: string, port: number): string =>
  familyOf(address) === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`
