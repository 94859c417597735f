// Zones as a Corefile names them: lower case, with the dot at the end. Pure.
import { canonicalRange, familyOf } from '../proxy/addresses.ts'
import { CorefileError } from './corefile/dispenser.ts'
import type { Labels } from './message.ts'

/** A name as text, with the dot at the end. */
export const nameText = (labels: Labels): string => `${labels.join('.')}.`
export const qualified = (name: string): string => (name.endsWith('.') ? name : `${name}.`).toLowerCase()
export const isBelow = (zone: string, name: string): boolean => zone === '.' || name === zone || name.endsWith(`.${zone}`)

/** The longest of the zones that has the name; undefined when none has. */
export function matchZone(zones: readonly string[], name: string): string | undefined {
  let best: string | undefined
  for (const zone of zones) if (isBelow(zone, name) && (best === undefined || zone.length > best.length)) best = zone
  return best
}

/** 10.244.0.0/16 as 244.10.in-addr.arpa.; a prefix between two octets covers several zones. */
function reverseZones(range: string): string[] {
  const [address = '', length = ''] = range.split('/')
  const bits = familyOf(address) === 'IPv4' ? 8 : 4
  const units =
    bits === 8
      ? address.split('.').map(Number)
      : address
          .split(':')
          .flatMap((group) => Array.from(group.padStart(4, '0')))
          .map((digit) => Number.parseInt(digit, 16))
  const whole = Math.ceil(Number(length) / bits)
  const spare = whole * bits - Number(length)
  const root = bits === 8 ? 'in-addr.arpa.' : 'ip6.arpa.'
  return Array.from({ length: 2 ** spare }, (_, i) => {
    const own = units.slice(0, whole)
    if (whole) own[whole - 1] = (own[whole - 1] as number) + i
    return [...own.reverse().map((unit) => unit.toString(bits === 8 ? 10 : 16)), root].join('.')
  })
}

const expandRange = (range: string): string => {
  const [address = '', length] = range.split('/')
  if (!address.includes(':')) return range
  const [head = '', tail] = address.split('::')
  const groups = (side: string) => (side === '' ? [] : side.split(':'))
  const left = groups(head)
  const right = tail === undefined ? [] : groups(tail)
  return `${[...left, ...new Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right].join(':')}/${length}`
}

/** `cluster.local:53`, `.` or `10.244.0.0/16` as zones and a port. Throws CorefileError. */
export function splitZone(text: string): { zones: string[]; port: number | undefined } {
  const colon = text.lastIndexOf(':')
  if (colon === text.length - 1 && colon !== -1) throw new CorefileError(`expecting data after last colon: ${JSON.stringify(text)}`)
  const digits = colon === -1 ? '' : text.slice(colon + 1)
  const hasPort = /^\d+$/.test(digits)
  const host = hasPort ? text.slice(0, colon) : text
  if (host.length > 255) throw new CorefileError(`specified zone is too long: ${host.length} > 255`)
  if (host.includes('..') || host.split('.').some((label) => label.length > 63) || (host.length > 1 && host.startsWith('.')))
    throw new CorefileError(`zone is not a valid domain name: ${host}`)
  const port = hasPort ? Number(digits) : undefined
  const range = host.includes('/') ? canonicalRange(host) : undefined
  return { zones: range ? reverseZones(expandRange(range)) : [qualified(host)], port }
}

/** The zones that a plugin is given, else those of its server block. Words that are no zone are left out, as by CoreDNS. */
export function zonesFrom(words: readonly string[], block: readonly string[]): string[] {
  if (words.length === 0) return [...block]
  return words.flatMap((word) => {
    try {
      return splitZone(word).zones
    } catch (error) {
      if (error instanceof CorefileError) return []
      throw error
    }
  })
}

/** What `fallthrough [ZONES...]` says: which names go to the next plugin. */
export const fallthroughZones = (words: readonly string[]): string[] => zonesFrom(words, ['.'])
