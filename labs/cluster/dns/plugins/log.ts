// `log`: one line per query in CoreDNS's format, which kubectl logs shows.
import { CorefileError } from '../corefile/dispenser.ts'
import { type DnsQuestion, type DnsReply, plainLength } from '../message.ts'
import { type DnsRequest, replyOf, type Setup } from '../plugin.ts'
import { typeName } from '../record-types.ts'
import { type ReplyKind, replyKind } from '../reply-kind.ts'
import { isBelow, qualified } from '../zones.ts'
import { eachTime } from './once.ts'

const common = '{remote}:{port} - {>id} "{type} {class} {name} {proto} {size} {>do} {>bufsize}" {rcode} {>rflags} {rsize} {duration}'
const classes = ['all', 'denial', 'error', 'success'] as const
type LogClass = (typeof classes)[number]

const classOf: Record<ReplyKind, LogClass> = {
  success: 'success',
  delegation: 'success',
  nodata: 'denial',
  nxdomain: 'denial',
  failure: 'error',
  other: 'error',
}

interface Rule {
  zone: string
  format: string
  classes: ReadonlySet<LogClass>
}
interface Entry {
  request: DnsRequest
  reply: DnsReply
  seconds: number
}

function flags(question: DnsQuestion, reply: DnsReply): string {
  const set = {
    qr: true,
    aa: reply.authoritative,
    tc: reply.truncated,
    rd: question.recursionDesired,
    ra: reply.recursionAvailable,
    cd: question.checkingDisabled,
  }
  return Object.entries(set)
    .filter(([, isSet]) => isSet)
    .map(([flag]) => flag)
    .join(',')
}

const fields: Record<string, (entry: Entry) => string | number | boolean> = {
  '{remote}': ({ request }) => request.client.address,
  '{port}': ({ request }) => request.client.port,
  '{type}': ({ request }) => typeName(request.question.type),
  '{class}': () => 'IN',
  '{name}': ({ request }) => request.name,
  '{proto}': ({ request }) => request.transport,
  '{size}': ({ request }) => request.size,
  '{>id}': ({ request }) => request.question.id,
  '{>opcode}': () => 0,
  '{>do}': ({ request }) => request.question.edns?.dnssecOk ?? false,
  '{>bufsize}': ({ request }) => (request.transport === 'tcp' ? 65_535 : Math.max(512, request.question.edns?.udpSize ?? 512)),
  '{rcode}': ({ reply }) => reply.rcode,
  '{rsize}': ({ request, reply }) => plainLength(request.question, reply),
  '{>rflags}': ({ request, reply }) => flags(request.question, reply),
  '{duration}': ({ seconds }) => `${seconds.toFixed(9).replace(/\.?0+$/, '')}s`,
}
export const formatEntry = (format: string, entry: Entry): string =>
  format.replace(/\{>?\w+\}/g, (field) => String(fields[field]?.(entry) ?? field)).replace(/\{\/[^}]*\}/g, '-')

export const log: Setup = (words, { environment }) => {
  const rules: Rule[] = []
  eachTime(words, () => {
    const names = words.remaining()
    const last = names.at(-1)
    const hasFormat = names.length > 1 && last?.includes('{')
    const format = hasFormat
      ? (names.pop() as string).replaceAll('{common}', common).replaceAll('{combined}', `${common} "{>opcode}"`)
      : common
    const wanted = new Set<LogClass>()
    while (words.nextInBlock()) {
      if (words.value() !== 'class') throw words.unknownProperty()
      const given = words.remaining()
      if (given.length === 0) throw words.argumentError()
      for (const name of given) {
        if (!(classes as readonly string[]).includes(name)) throw new CorefileError(`invalid Class: ${name}`)
        wanted.add(name as LogClass)
      }
    }
    if (wanted.size === 0) wanted.add('all')
    for (const name of names.length ? names : ['.']) rules.push({ zone: qualified(name), format, classes: wanted })
  })
  return {
    handler: (next) => async (request) => {
      const rule = rules.find(({ zone }) => isBelow(zone, request.name))
      if (!rule) return next(request)
      const startMs = environment.clock.monotonicMs()
      const outcome = await next(request)
      const reply = replyOf(outcome)
      if (rule.classes.has('all') || rule.classes.has(classOf[replyKind(reply)])) {
        const seconds = (environment.clock.monotonicMs() - startMs) / 1000
        environment.log(`[INFO] ${formatEntry(rule.format, { request, reply, seconds })}`)
      }
      return outcome
    },
  }
}
