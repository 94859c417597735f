// `loadbalance`: aliases first, then the rest, then the addresses, another one in front each time.
import { canonicalRange, rangeContains } from '../../proxy/addresses.ts'
import { CorefileError } from '../corefile/dispenser.ts'
import type { DnsRecord } from '../message.ts'
import { replied, type Setup } from '../plugin.ts'
import { eachTime } from './once.ts'

/** Turned by the query's id, so that each client begins elsewhere. */
export function balance(records: readonly DnsRecord[], id: number): DnsRecord[] {
  const turned = (of: readonly DnsRecord[]) => {
    const turn = of.length ? id % of.length : 0
    return [...of.slice(turn), ...of.slice(0, turn)]
  }
  const rank = ({ type }: DnsRecord) => (type === 'CNAME' ? 0 : type === 'A' || type === 'AAAA' ? 2 : type === 'MX' ? 3 : 1)
  const group = (wanted: number) => records.filter((record) => rank(record) === wanted)
  return [...group(0), ...group(1), ...turned(group(2)), ...turned(group(3))]
}

export const loadbalance: Setup = (words) => {
  const preferred: string[] = []
  eachTime(words, () => {
    const [policy = 'round_robin', ...more] = words.remaining()
    if (policy === 'weighted') throw new CorefileError('policy weighted is not available in this lab')
    if (policy !== 'round_robin') throw new CorefileError(`unknown policy: ${policy}`)
    if (more.length) throw words.error(`unknown property for ${policy}`)
    while (words.nextInBlock()) {
      if (words.value() !== 'prefer') throw words.unknownProperty()
      for (const text of words.remaining()) {
        const range = text.includes('/') ? canonicalRange(text) : undefined
        if (!range) throw words.error(`invalid CIDR ${JSON.stringify(text)}: invalid CIDR address: ${text}`)
        preferred.push(range)
      }
    }
  })
  const isPreferred = (record: DnsRecord) => 'address' in record && preferred.some((range) => rangeContains(range, record.address))
  function order(records: readonly DnsRecord[], id: number): DnsRecord[] {
    const balanced = balance(records, id)
    if (preferred.length === 0) return balanced
    const isAddress = (record: DnsRecord) => 'address' in record
    return [
      ...balanced.filter((record) => !isAddress(record)),
      ...balanced.filter((record) => isAddress(record) && isPreferred(record)),
      ...balanced.filter((record) => isAddress(record) && !isPreferred(record)),
    ]
  }
  return {
    handler: (next) => async (request) => {
      const outcome = await next(request)
      const { reply } = outcome
      if (reply?.rcode !== 'NOERROR') return outcome
      const { id } = request.question
      return { ...outcome, ...replied({ ...reply, answers: order(reply.answers, id), additionals: order(reply.additionals, id) }) }
    },
  }
}
