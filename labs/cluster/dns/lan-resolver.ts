// The resolver at 172.18.0.1, in the place of Docker's: it knows the machines of the lab's network and nothing else, because a lab has no internet.
// Nodes, the laptop and cluster DNS (for names outside cluster.local) ask it.
import { familyOf } from '../proxy/addresses.ts'
import { reverseAddress } from './cluster-names.ts'
import {
  type DnsRecord,
  type DnsReply,
  encodeError,
  encodeReply,
  inZone,
  readQuestion,
  recordTypes,
  sameName,
  toLabels,
} from './message.ts'
import type { Transport } from './plugin.ts'

/** Docker's time to live for the names of containers, in seconds. */
const ttl = 600
/** the network's name: Docker also answers `worker.kind`, and that is the name an address has */
const network = 'kind'

export interface LanMachine {
  name: string
  address: string
  /** of other domains; its address leads back to `name` */
  names?: readonly string[] | undefined
}

function reply(name: readonly string[], type: number, machines: readonly LanMachine[]): Pick<DnsReply, 'rcode' | 'answers'> {
  const address = reverseAddress(name)
  if (address) {
    const own = machines.filter((m) => m.address === address)
    const answers = own.map((m): DnsRecord => ({ name, type: 'PTR', target: [m.name, network], ttl }))
    return { rcode: own.length ? 'NOERROR' : 'NXDOMAIN', answers: type === recordTypes.PTR ? answers : [] }
  }
  const host = inZone(name, [network]) ? name.slice(0, -1) : name
  const own = machines.filter((m) => sameName(toLabels(m.name), host) || m.names?.some((other) => sameName(toLabels(other), name)))
  if (own.length === 0) return { rcode: 'NXDOMAIN', answers: [] }
  const wanted = type === recordTypes.A ? 'IPv4' : type === recordTypes.AAAA ? 'IPv6' : undefined
  const records = own.filter((m) => familyOf(m.address) === wanted)
  return {
    rcode: 'NOERROR',
    answers: records.map((m): DnsRecord => ({ name, type: wanted === 'IPv4' ? 'A' : 'AAAA', address: m.address, ttl })),
  }
}

/** Answers a query from the machines of the lab; undefined for what is no query. Never asks anybody else. */
export function answerLanQuery(query: Uint8Array, transport: Transport, machines: readonly LanMachine[]): Uint8Array | undefined {
  const question = readQuestion(query)
  if (question === undefined) return undefined
  if (typeof question === 'string') return encodeError(query, question)
  const flags = { authoritative: false, recursionAvailable: true, authorities: [], additionals: [] }
  return encodeReply(question, { ...flags, ...reply(question.name, question.type, machines) }, transport)
}
