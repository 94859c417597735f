// `cache`: keeps replies for a while, and hands them out with what is left of their time. Without `serve_stale` nothing outlives it, whatever happens upstream.
import { CorefileError, type Dispenser } from '../corefile/dispenser.ts'
import { goDuration, goInteger } from '../corefile/values.ts'
import type { DnsQuestion, DnsRecord, DnsReply } from '../message.ts'
import { type DnsRequest, type Handler, type Outcome, replied, type Setup } from '../plugin.ts'
import { type ReplyKind, replyKind } from '../reply-kind.ts'
import { matchZone, qualified, zonesFrom } from '../zones.ts'
import { onlyOnce } from './once.ts'

const shortestSeconds = 5
const longestSeconds = 3600

interface Side {
  capacity: number
  longest: number
  shortest: number
  /** zones whose replies are not kept */
  except: string[]
}
interface Settings {
  zones: string[]
  success: Side
  denial: Side
  failureSeconds: number
  prefetch?: { amount: number; periodMs: number; percentage: number }
  stale?: { forMs: number; verify: boolean }
  keepTtl: boolean
}
interface Item {
  reply: DnsReply
  seconds: number
  storedMs: number
  refreshing: boolean
  hits: number
  lastHitMs: number
}

function ttl(text: string): number {
  const seconds = goInteger(text)
  if (seconds <= 0) throw new CorefileError(`cache TTL can not be zero or negative: ${seconds}`)
  return seconds
}

function readSide(words: Dispenser, side: Side): void {
  const [capacity, longest, shortest] = words.remaining()
  if (capacity === undefined) throw words.argumentError()
  side.capacity = goInteger(capacity)
  if (longest !== undefined) side.longest = ttl(longest)
  if (shortest === undefined) return
  side.shortest = goInteger(shortest)
  if (side.shortest < 0) throw new CorefileError(`cache min TTL can not be negative: ${side.shortest}`)
}

function readProperty(words: Dispenser, settings: Settings): void {
  const property = words.value()
  if (property === 'success' || property === 'denial') {
    readSide(words, settings[property])
    return
  }
  const given = words.remaining()
  const [first, second, third] = given
  switch (property) {
    case 'prefetch': {
      if (first === undefined || given.length > 3) throw words.argumentError()
      const amount = goInteger(first)
      if (amount < 0) throw new CorefileError(`prefetch amount should be positive: ${amount}`)
      const percentage = third === undefined ? 10 : goInteger(third.replace(/%$/, ''))
      if (third !== undefined && !third.endsWith('%'))
        throw new CorefileError(`last character of percentage should be \`%\`, but is: '${third.at(-1)}'`)
      if (percentage < 10 || percentage > 90) throw new CorefileError(`percentage should fall in range [10, 90]: ${percentage}`)
      settings.prefetch = { amount, periodMs: second === undefined ? 60_000 : goDuration(second), percentage }
      return
    }
    case 'serve_stale': {
      if (given.length > 2) throw words.argumentError()
      const forMs = first === undefined ? 3_600_000 : goDuration(first)
      if (forMs < 0) throw new CorefileError('invalid negative duration for serve_stale')
      const mode = second?.toLowerCase() ?? 'immediate'
      if (mode !== 'immediate' && mode !== 'verify') throw new CorefileError(`invalid value for serve_stale refresh mode: ${mode}`)
      settings.stale = { forMs, verify: mode === 'verify' }
      return
    }
    case 'servfail': {
      if (first === undefined || given.length > 1) throw words.argumentError()
      const ms = goDuration(first)
      if (ms < 0) throw new CorefileError('invalid negative ttl for servfail')
      if (ms > 300_000) throw new CorefileError('caching SERVFAIL responses over 5 minutes is not permitted')
      settings.failureSeconds = Math.floor(ms / 1000)
      return
    }
    case 'disable': {
      if (first === undefined) throw words.argumentError()
      if (first !== 'success' && first !== 'denial') throw new CorefileError('cache type for disable must be "success" or "denial"')
      settings[first].except = given.length > 1 ? given.slice(1).map(qualified) : ['.']
      return
    }
    case 'keepttl':
      if (given.length) throw words.argumentError()
      settings.keepTtl = true
      return
    default:
      throw words.argumentError(property)
  }
}

function readSettings(words: Dispenser, blockZones: readonly string[]): Settings {
  const side = (longest: number): Side => ({ capacity: 10_000, longest, shortest: shortestSeconds, except: [] })
  const settings: Settings = {
    zones: [],
    success: side(longestSeconds),
    denial: side(longestSeconds / 2),
    failureSeconds: shortestSeconds,
    keepTtl: false,
  }
  onlyOnce(words, () => {
    const given = words.remaining()
    if (given[0] !== undefined && /^[+-]?\d+$/.test(given[0])) {
      settings.success.longest = settings.denial.longest = ttl(given.shift() as string)
    }
    settings.zones = zonesFrom(given, blockZones)
    while (words.nextInBlock()) readProperty(words, settings)
  })
  return settings
}

/** How long a reply may be kept: what its records allow, within the side's limits. */
function lifetime(reply: DnsReply, kind: ReplyKind, settings: Settings): number {
  if (kind === 'failure') return settings.failureSeconds
  const { longest, shortest } = kind === 'nodata' || kind === 'nxdomain' ? settings.denial : settings.success
  const records = [...reply.answers, ...reply.authorities, ...reply.additionals]
  const isKnown = (kind === 'success' || kind === 'nodata' || kind === 'nxdomain') && records.length > 0
  const least = isKnown ? Math.min(longest, ...records.map((record) => record.ttl)) : shortestSeconds
  return Math.min(Math.max(least, shortest), longest)
}

const withTtl = (reply: DnsReply, seconds: number): DnsReply => {
  const set = (records: readonly DnsRecord[]) => records.map((record) => ({ ...record, ttl: seconds }))
  return { ...reply, answers: set(reply.answers), authorities: set(reply.authorities), additionals: set(reply.additionals) }
}

const keyOf = ({ type, edns, checkingDisabled }: DnsQuestion, name: string): string =>
  `${name} ${type} ${edns?.dnssecOk ?? false} ${checkingDisabled}`

export const cache: Setup = (words, { zones, environment: { clock } }) => {
  const settings = readSettings(words, zones)
  const kept = { success: new Map<string, Item>(), denial: new Map<string, Item>() }
  const left = (item: Item): number => item.seconds - Math.floor((clock.monotonicMs() - item.storedMs) / 1000)

  function keep(request: DnsRequest, reply: DnsReply, kind: ReplyKind, seconds: number): void {
    // without a SOA nothing says how long a name does not exist
    if (reply.truncated || kind === 'other' || seconds <= 0) return
    if (kind === 'nxdomain' && !reply.authorities.some(({ type }) => type === 'SOA')) return
    const side = kind === 'success' || kind === 'delegation' ? 'success' : 'denial'
    if (matchZone(settings[side].except, request.name)) return
    const items = kept[side]
    const oldest = items.size >= settings[side].capacity ? items.keys().next().value : undefined
    if (oldest !== undefined) items.delete(oldest)
    const item: Item = { reply, seconds, storedMs: clock.monotonicMs(), refreshing: false, hits: 0, lastHitMs: 0 }
    items.set(keyOf(request.question, request.name), item)
  }

  /** Asks the next plugin and keeps its reply, which gets the time to live that it is kept for. */
  async function refresh(request: DnsRequest, next: Handler): Promise<Outcome> {
    const outcome = await next(request)
    if (!outcome.reply) return outcome
    const kind = replyKind(outcome.reply)
    const seconds = lifetime(outcome.reply, kind, settings)
    const reply = withTtl(outcome.reply, seconds)
    keep(request, reply, kind, seconds)
    return { ...outcome, reply }
  }

  function find(request: DnsRequest): Item | undefined {
    const usable = (item: Item | undefined): item is Item => {
      if (!item) return false
      const seconds = left(item)
      return seconds > 0 || (settings.stale !== undefined && -seconds < settings.stale.forMs / 1000)
    }
    const key = keyOf(request.question, request.name)
    const [denial, success] = [kept.denial.get(key), kept.success.get(key)]
    // a failure does not hide an answer that is still good
    if (usable(denial) && !(denial.reply.rcode === 'SERVFAIL' && usable(success))) return denial
    return usable(success) ? success : undefined
  }

  function refreshBehind(item: Item, request: DnsRequest, next: Handler): void {
    if (item.refreshing) return
    item.refreshing = true
    void refresh(request, next).finally(() => {
      item.refreshing = false
    })
  }

  /** Asked for often, and soon to end. */
  function deservesPrefetch(item: Item): boolean {
    if (!settings.prefetch?.amount) return false
    const nowMs = clock.monotonicMs()
    item.hits = nowMs - item.lastHitMs < settings.prefetch.periodMs ? item.hits + 1 : 1
    item.lastHitMs = nowMs
    return item.hits >= settings.prefetch.amount && left(item) <= Math.ceil((settings.prefetch.percentage / 100) * item.seconds)
  }

  return {
    handler: (next) => async (request) => {
      if (!matchZone(settings.zones, request.name)) return next(request)
      const item = find(request)
      if (!item) return refresh(request, next)
      if (left(item) < 0) {
        if (settings.stale?.verify) {
          const fresh = await refresh(request, next)
          if (fresh.reply && ['NOERROR', 'NXDOMAIN'].includes(fresh.reply.rcode)) return fresh
        } else refreshBehind(item, request, next)
      } else if (deservesPrefetch(item)) refreshBehind(item, request, next)
      const seconds = settings.keepTtl ? item.seconds : Math.max(0, left(item))
      // authoritative: some old resolvers take nothing else
      return replied({ ...withTtl(item.reply, seconds), authoritative: true })
    },
  }
}
