// What a reply says, in the classes that CoreDNS's cache and log go by. Pure.
import type { DnsReply } from './message.ts'

export type ReplyKind = 'success' | 'delegation' | 'nodata' | 'nxdomain' | 'failure' | 'other'

export function replyKind({ rcode, answers, authorities }: DnsReply): ReplyKind {
  if (answers.length && rcode === 'NOERROR') return 'success'
  if (answers.length && rcode === 'NXDOMAIN') return 'other'
  if (rcode === 'NOERROR' && authorities.some(({ type }) => type === 'SOA')) return 'nodata'
  if (rcode === 'NXDOMAIN') return 'nxdomain'
  if (rcode === 'SERVFAIL' || rcode === 'NOTIMP') return 'failure'
  if (rcode === 'NOERROR') return authorities.some(({ type }) => type === 'NS') ? 'delegation' : 'success'
  return 'other'
}
