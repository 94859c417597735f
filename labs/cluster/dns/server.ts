// Answers DNS queries as CoreDNS with kubeadm's Corefile: the cluster's zone first, everything else by the upstream resolver. Called by the control plane
// for every query that a coredns pod's relay hands over.
import { decode } from 'dns-packet'
import { answerFromZone } from './cluster-zone.ts'
import { type DnsQuestion, type DnsRecord, type DnsReply, encodeError, encodeReply, readQuestion, toLabels } from './message.ts'
import type { DnsConfig, DnsView } from './view.ts'

export type Transport = 'udp' | 'tcp'
/** Puts a query to the resolver behind cluster DNS; undefined when it does not answer. */
export type Forward = (query: Uint8Array, transport: Transport) => Promise<Uint8Array | undefined>

export interface DnsServerOptions {
  /** the cluster as it is now */
  view(): DnsView
  config: DnsConfig
  forward: Forward
}

/** `plugin/loadbalance`: aliases first, then the addresses, turned by the query's id so that each client begins elsewhere. */
export function balance(records: readonly DnsRecord[], id: number): DnsRecord[] {
  const isAddress = (r: DnsRecord) => r.type === 'A' || r.type === 'AAAA'
  const addresses = records.filter(isAddress)
  const turn = addresses.length ? id % addresses.length : 0
  return [...records.filter((r) => !isAddress(r)), ...addresses.slice(turn), ...addresses.slice(0, turn)]
}

const refusal = (rcode: DnsReply['rcode']): DnsReply => ({
  rcode,
  authoritative: false,
  recursionAvailable: false,
  answers: [],
  authorities: [],
  additionals: [],
})

/** What the upstream has for the target of an ExternalName. */
async function followAlias(question: DnsQuestion, target: readonly string[], forward: Forward): Promise<DnsRecord[] | undefined> {
  const { edns: _, ...plain } = question
  const query = encodeReply({ ...plain, name: target, recursionDesired: true }, refusal('NOERROR'), 'tcp')
  query[2] = 0x01 // the same message as a query: QR off, recursion desired
  query[3] = 0
  const bytes = await forward(query, 'tcp')
  if (!bytes) return undefined
  return (decode(Buffer.from(bytes)).answers ?? []).flatMap((answer): DnsRecord[] => {
    if (answer.type === 'A' || answer.type === 'AAAA')
      return [{ name: toLabels(answer.name), type: answer.type, address: answer.data, ttl: answer.ttl ?? 0 }]
    if (answer.type === 'CNAME')
      return [{ name: toLabels(answer.name), type: 'CNAME', target: toLabels(answer.data), ttl: answer.ttl ?? 0 }]
    return []
  })
}

async function reply(question: DnsQuestion, { view, config, forward }: DnsServerOptions): Promise<DnsReply | 'forward'> {
  const answer = answerFromZone(question, view(), config)
  const ours: DnsReply = { ...refusal('NOERROR'), authoritative: true }
  switch (answer.kind) {
    case 'forward':
      return 'forward'
    case 'records':
      return { ...ours, answers: balance(answer.answers, question.id), additionals: answer.additionals }
    case 'alias': {
      const further = await followAlias(question, answer.target, forward)
      return { ...ours, answers: further ? [...answer.answers, ...further] : answer.answers.slice(0, -1) }
    }
    default:
      return { ...ours, rcode: answer.kind === 'nxdomain' ? 'NXDOMAIN' : 'NOERROR', authorities: [answer.soa] }
  }
}

/** A server for one cluster. The returned function gives the answer to a query, or undefined for what CoreDNS drops without a word. */
export function createDnsServer(options: DnsServerOptions): (query: Uint8Array, transport: Transport) => Promise<Uint8Array | undefined> {
  return async (query, transport) => {
    const question = readQuestion(query)
    if (question === undefined) return undefined
    if (typeof question === 'string') return encodeError(query, question)
    if (question.edns && question.edns.version !== 0) return encodeReply(question, refusal('NOERROR'), transport, 1)
    if (question.class !== 1) return encodeReply(question, refusal('REFUSED'), transport)
    const ours = await reply(question, options)
    if (ours !== 'forward') return encodeReply(question, ours, transport)
    return (await options.forward(query, transport)) ?? encodeReply(question, refusal('SERVFAIL'), transport)
  }
}
