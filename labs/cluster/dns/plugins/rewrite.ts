// `rewrite`: changes a question before the other plugins see it, and the answer back before the client does.
import { CorefileError } from '../corefile/dispenser.ts'
import type { DnsRecord, DnsReply, Labels } from '../message.ts'
import { type DnsRequest, replied, replyOf, type Setup, withQuestion } from '../plugin.ts'
import { typeCode } from '../record-types.ts'
import { eachTime } from './once.ts'
import { nameRule } from './rewrite-name.ts'
import { ttlRule } from './rewrite-ttl.ts'

export type RewriteRecord = (record: DnsRecord) => DnsRecord
/** The changed request and what is to be done with each record of the answer; undefined when the rule does not apply. */
export type Rewrite = (request: DnsRequest) => { request: DnsRequest; records: RewriteRecord[] } | undefined

interface Rule {
  rewrite: Rewrite
  isLast: boolean
}

function typeRule(from: string, to: string): Rewrite {
  const code = (name: string) => {
    const found = typeCode(name.toUpperCase())
    if (found === undefined) throw new CorefileError(`invalid type ${JSON.stringify(name.toUpperCase())}`)
    return found
  }
  const [before, after] = [code(from), code(to)]
  return (request) =>
    request.question.type === before ? { request: withQuestion(request, { ...request.question, type: after }), records: [] } : undefined
}

function parseRule(words: readonly string[]): Rule {
  const [first = ''] = words
  if (words.length === 0) throw new CorefileError('no rule type specified for rewrite')
  const mode = first.toLowerCase()
  const hasMode = mode === 'stop' || mode === 'continue'
  if (hasMode && words.length < 2) throw new CorefileError(`${mode} rule must begin with a rule type`)
  const [kind = '', ...given] = hasMode ? words.slice(1) : words
  const isLast = mode !== 'continue'
  switch (kind.toLowerCase()) {
    case 'name':
      return { rewrite: nameRule(given), isLast }
    case 'type':
      if (given.length !== 2) throw new CorefileError('type rules must have exactly two arguments')
      return { rewrite: typeRule(given[0] as string, given[1] as string), isLast }
    case 'ttl':
      return { rewrite: ttlRule(given), isLast }
    case 'answer':
      throw new CorefileError('response rewrites must begin with a name rule')
    case 'class':
    case 'cname':
    case 'edns0':
    case 'rcode':
      throw new CorefileError(`rule type ${JSON.stringify(kind)} is not available in this lab`)
    default:
      throw new CorefileError(`invalid rule type ${JSON.stringify(first)}`)
  }
}

const isDomainName = (name: Labels): boolean => name.every((label) => label.length > 0 && label.length < 64) && name.join('.').length < 255

/** Every record of a reply, the rules of the last rewrite first. */
function revert(reply: DnsReply, rules: readonly RewriteRecord[]): DnsReply {
  const each = (records: readonly DnsRecord[]) => records.map((record) => rules.reduceRight((changed, rule) => rule(changed), record))
  return { ...reply, answers: each(reply.answers), authorities: each(reply.authorities), additionals: each(reply.additionals) }
}

export const rewrite: Setup = (words) => {
  const rules: Rule[] = []
  eachTime(words, () => {
    const given = words.remaining()
    if (given.length < 2) while (words.nextInBlock()) given.push(words.value())
    rules.push(parseRule(given))
  })
  return {
    handler: (next) => async (original) => {
      let request = original
      const records: RewriteRecord[] = []
      let isStopped = false
      for (const { rewrite, isLast } of rules) {
        const changed = rewrite(request)
        if (!changed) continue
        if (!isDomainName(changed.request.question.name))
          return { rcode: 'SERVFAIL', error: `invalid name after rewrite: ${changed.request.name}` }
        request = changed.request
        records.push(...changed.records)
        isStopped = isLast
        if (isLast) break
      }
      const outcome = await next(request)
      if (outcome.reply) return { ...outcome, ...replied(revert(outcome.reply, records)) }
      return isStopped ? { ...outcome, reply: replyOf(outcome) } : outcome
    },
  }
}
