// `rewrite ttl`: the time to live of answers for some names, fixed or within bounds.
import { CorefileError } from '../corefile/dispenser.ts'
import { goPattern } from '../corefile/values.ts'
import { qualified } from '../zones.ts'
import type { Rewrite } from './rewrite.ts'

type Test = (name: string) => boolean

/** 30, 30-60, 30- or -60. */
function parseBounds(text: string): [number, number] {
  const [, low, dash, high] = /^(\d*)(-?)(\d*)$/.exec(text) ?? []
  if ((low ?? '') === '' && (high ?? '') === '') throw new CorefileError(`invalid TTL '${text}' for a ttl rule`)
  const least = low ? Number(low) : 0
  const most = dash ? (high ? Number(high) : 0x7fff_ffff) : least
  if (least > most) throw new CorefileError(`invalid TTL '${text}' for a ttl rule`)
  return [least, most]
}

function matcher(match: string, from: string): Test {
  const name = qualified(from)
  switch (match) {
    case 'exact':
      return (asked) => asked === name
    case 'prefix':
      return (asked) => asked.startsWith(name)
    case 'suffix':
      return (asked) => asked.endsWith(name)
    case 'substring':
      return (asked) => asked.includes(name)
    case 'regex': {
      const pattern = goPattern(from)
      if (!pattern) throw new CorefileError(`invalid regex pattern in a ttl rule: ${from}`)
      return (asked) => pattern.test(asked)
    }
    default:
      throw new CorefileError('ttl rule supports only exact, prefix, suffix, substring, and regex name matching')
  }
}

export function ttlRule(words: readonly string[]): Rewrite {
  if (words.length < 2) throw new CorefileError(`too few (${words.length}) arguments for a ttl rule`)
  if (words.length > 3) throw new CorefileError('many few arguments for a ttl rule')
  const [match, from, bounds] = (words.length === 2 ? ['exact', ...words] : words) as [string, string, string]
  const [least, most] = parseBounds(bounds)
  const matches = matcher(match.toLowerCase(), from)
  return (request) =>
    matches(request.name)
      ? { request, records: [(record) => ({ ...record, ttl: Math.min(Math.max(record.ttl, least), most) })] }
      : undefined
}
