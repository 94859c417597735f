// What a plugin of cluster DNS is: words of the Corefile in, a link of the chain out. The plugins are in plugins/, their order in directives.ts.
import type { Clock } from '../../system/clock.ts'
import type { Dispenser } from './corefile/dispenser.ts'
import { type DnsQuestion, type DnsReply, type Rcode, rcodes } from './message.ts'
import type { DnsView } from './view.ts'
import { nameText } from './zones.ts'

export type Transport = 'udp' | 'tcp'

export interface DnsRequest {
  question: DnsQuestion
  /** the question's name in lower case, with the dot at the end */
  name: string
  transport: Transport
  client: { address: string; port: number }
  /** bytes of the query */
  size: number
  /** how often the server has asked itself for the sake of this one */
  depth: number
}
export const withQuestion = (request: DnsRequest, question: DnsQuestion): DnsRequest => ({
  ...request,
  question,
  name: nameText(question.name).toLowerCase(),
})

/** What became of a request: a reply, or only a code, which the server then sends. `error` is what `errors` prints. */
export interface Outcome {
  rcode: Rcode
  reply?: DnsReply
  error?: string
}
export type Handler = (request: DnsRequest) => Promise<Outcome>

export const replied = (reply: DnsReply): Outcome => ({ rcode: reply.rcode, reply })
export const emptyReply = (rcode: Rcode): DnsReply => ({
  rcode,
  authoritative: false,
  recursionAvailable: false,
  answers: [],
  authorities: [],
  additionals: [],
})
/** What the client is sent: the reply, else an empty one with the code. */
export const replyOf = (outcome: Outcome): DnsReply => outcome.reply ?? emptyReply(outcome.rcode)
/** The end of a chain, after the plugin of that name. */
export const noNext =
  (plugin: string): Handler =>
  async () => ({ rcode: 'SERVFAIL', error: `plugin/${plugin}: no next plugin found` })
export const rcodeOf = (word: string): Rcode | undefined => (word in rcodes ? (word as Rcode) : undefined)

/** An answer of another resolver, or why there is none, in the words of Go's net package. */
export type Exchanged = { reply: Uint8Array } | { error: string }
/** What a CoreDNS process has around it. */
export interface DnsEnvironment {
  view(): DnsView
  /** see DnsConfig */
  serial: number
  clock: Clock
  /** Ends the process with CoreDNS's last words. */
  fatal(line: string): void
  /** undefined when there is no such file */
  readFile(path: string): Promise<string | undefined>
  /** A query that leaves from the process's network. Gives up after `timeoutMs`. */
  exchange(upstream: { address: string; port: number }, query: Uint8Array, transport: Transport, timeoutMs: number): Promise<Exchanged>
  /** a line of its log */
  log(line: string): void
}

/** What a plugin is set up with. */
export interface Site {
  /** of its server block */
  zones: readonly string[]
  port: number
  environment: DnsEnvironment
  /** prints lines as this plugin's */
  say(level: 'INFO' | 'WARNING' | 'ERROR', text: string): void
  /** Asks the server itself, as if a client had asked. */
  lookup(request: DnsRequest, question: DnsQuestion): Promise<DnsReply>
}

/** An HTTP server beside the DNS one. */
export interface Endpoint {
  port: number
  respond(path: string): { status: 200 | 404 | 503; body: string }
}
/** What a plugin adds to its server. */
export interface Parts {
  handler?(next: Handler): Handler
  endpoint?: Endpoint
  /** the sockets listen */
  start?(): void
  /** another configuration takes over, or the process ends */
  stop?(): void
  lameduckMs?: number
  reloadMs?: number
}
/** Throws CorefileError; what it says is prefixed with the plugin's name. */
export type Setup = (words: Dispenser, site: Site) => Parts | Promise<Parts>
