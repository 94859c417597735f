// One record as a zone file has it: `name ttl IN type data`. Pure; `template` makes its answers with it.
import { canonicalAddress, familyOf } from '../proxy/addresses.ts'
import { type DnsRecord, toLabels } from './message.ts'

const defaultTtl = 3600

/** Words, quoted ones whole. */
const words = (text: string): string[] =>
  [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? (plain as string))

function numbers(given: readonly string[], text: string): number[] {
  const all = given.map(Number)
  if (all.some((number) => !Number.isInteger(number) || number < 0)) throw bad(text, given.join(' '))
  return all
}
const bad = (text: string, at: string): Error => new Error(`dns: bad record ${JSON.stringify(text)} at ${JSON.stringify(at)}`)

/** Throws Error for text that is no record of a known type. */
export function parseRecord(text: string): DnsRecord {
  const [owner = '', ...rest] = words(text)
  let ttl = defaultTtl
  while (rest.length && (/^\d+$/.test(rest[0] as string) || rest[0] === 'IN')) {
    const word = rest.shift() as string
    if (word !== 'IN') ttl = Number(word)
  }
  const [type = '', ...data] = rest
  const own = { name: toLabels(owner), ttl }
  const [first] = data
  if (first === undefined) throw bad(text, type)
  switch (type.toUpperCase()) {
    case 'A':
    case 'AAAA': {
      const family = type.toUpperCase() as 'A' | 'AAAA'
      const address = canonicalAddress(first)
      if (!address || familyOf(address) !== (family === 'A' ? 'IPv4' : 'IPv6')) throw bad(text, first)
      return { ...own, type: family, address }
    }
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return { ...own, type: type.toUpperCase() as 'CNAME' | 'NS' | 'PTR', target: toLabels(first) }
    case 'MX': {
      const [preference] = numbers([first], text) as [number]
      if (data[1] === undefined) throw bad(text, first)
      return { ...own, type: 'MX', preference, target: toLabels(data[1]) }
    }
    case 'SRV': {
      const [priority, weight, port] = numbers(data.slice(0, 3), text)
      if (priority === undefined || weight === undefined || port === undefined || data[3] === undefined) throw bad(text, first)
      return { ...own, type: 'SRV', priority, weight, port, target: toLabels(data[3]) }
    }
    case 'TXT':
      return { ...own, type: 'TXT', texts: data }
    case 'SOA': {
      const [serial, refresh, retry, expire, minimum] = numbers(
        data.slice(2).filter((word) => word !== '(' && word !== ')'),
        text,
      )
      if (minimum === undefined) throw bad(text, data.at(-1) as string)
      const times = { serial, refresh, retry, expire, minimum } as Record<'serial' | 'refresh' | 'retry' | 'expire' | 'minimum', number>
      return { ...own, type: 'SOA', primary: toLabels(first), mailbox: toLabels(data[1] as string), ...times }
    }
    default:
      throw bad(text, type)
  }
}
