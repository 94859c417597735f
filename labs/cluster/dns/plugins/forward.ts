// `forward`: sends a query on to other resolvers, from the Pod's own network. One that does not answer is looked after until it does again.
import { randomInt } from 'node:crypto'
import { canonicalAddress } from '../../proxy/addresses.ts'
import { CorefileError, type Dispenser } from '../corefile/dispenser.ts'
import { goDuration, goInteger } from '../corefile/values.ts'
import { encodeQuery, type Rcode, sameName } from '../message.ts'
import {
  type DnsRequest,
  emptyReply,
  type Handler,
  type Outcome,
  rcodeOf,
  replied,
  type Setup,
  type Site,
  type Transport,
} from '../plugin.ts'
import { readReply } from '../reply.ts'
import { isBelow, matchZone, zonesFrom } from '../zones.ts'
import { createUpstream, type Upstream } from './upstream.ts'

const deadlineMs = 5000
/** CoreDNS tries again at once; a lab's processor is shared */
const pauseMs = 20
const mostUpstreams = 15

const policies: Record<string, () => (upstreams: readonly Upstream[]) => Upstream[]> = {
  random: () => (upstreams) => {
    const rest = [...upstreams]
    return upstreams.map(() => rest.splice(randomInt(rest.length), 1)[0] as Upstream)
  },
  round_robin: () => {
    let turn = 0
    return (upstreams) => {
      const first = ++turn % upstreams.length
      return [upstreams[first] as Upstream, ...upstreams.slice(0, first), ...upstreams.slice(first + 1)]
    }
  },
  sequential: () => (upstreams) => [...upstreams],
}

interface Settings {
  from: string
  except: string[]
  order(upstreams: readonly Upstream[]): Upstream[]
  forceTcp: boolean
  preferUdp: boolean
  maxFails: number
  maxAttempts: number
  checkMs: number
  timeoutMs: number
  maxConcurrent: number
  failFast: boolean
  /** with these the next upstream is asked */
  failover: Rcode[]
}

interface Address {
  address: string
  port: number
}

async function upstreamsFrom(words: readonly string[], { environment }: Site): Promise<Address[]> {
  const found: Address[] = []
  const add = (address: string, port: number) => {
    if (!found.some((other) => other.address === address && other.port === port)) found.push({ address, port })
  }
  for (const word of words) {
    const [, scheme, host = word] = /^([a-z]+):\/\/(.*)$/.exec(word) ?? []
    if (scheme !== undefined && scheme !== 'dns')
      throw new CorefileError(`'${scheme}' is not supported as a destination protocol in forward: ${word}`)
    const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(host) ?? []
    const address = canonicalAddress(bracketed ?? plain ?? host)
    if (address) {
      add(address, digits === undefined ? 53 : Number(digits))
      continue
    }
    const text = await environment.readFile(host)
    if (text === undefined) throw new CorefileError(`not an IP address, file, or valid domain: ${JSON.stringify(word)}`)
    for (const [, server = ''] of text.matchAll(/^\s*nameserver\s+(\S+)/gm)) add(canonicalAddress(server) ?? server, 53)
  }
  if (found.length === 0) throw new CorefileError('no valid upstream addresses found')
  if (found.length > mostUpstreams) throw new CorefileError(`more than ${mostUpstreams} TOs configured: ${found.length}`)
  return found
}

function readProperty(words: Dispenser, settings: Settings): void {
  const bare = () => {
    if (words.nextArgument()) throw words.argumentError()
    return true
  }
  const count = (property: string) => {
    const number = goInteger(words.argument())
    if (number < 0) throw new CorefileError(`${property} can't be negative: ${number}`)
    return number
  }
  const property = words.value()
  switch (property) {
    case 'except': {
      const zones = words.remaining()
      if (zones.length === 0) throw words.argumentError()
      settings.except.push(...zonesFrom(zones, []))
      return
    }
    case 'force_tcp':
      settings.forceTcp = bare()
      return
    case 'prefer_udp':
      settings.preferUdp = bare()
      return
    case 'failfast_all_unhealthy_upstreams':
      settings.failFast = bare()
      return
    case 'max_fails':
      settings.maxFails = count(property)
      return
    case 'max_connect_attempts':
      settings.maxAttempts = count(property)
      return
    case 'max_concurrent':
      settings.maxConcurrent = count(property)
      return
    case 'read_timeout':
      settings.timeoutMs = goDuration(words.argument())
      if (settings.timeoutMs <= 0) throw new CorefileError(`read_timeout must be positive: ${words.value()}`)
      return
    case 'health_check':
      settings.checkMs = goDuration(words.argument())
      if (settings.checkMs < 0) throw new CorefileError(`health_check can't be negative: ${settings.checkMs}`)
      while (words.nextArgument()) {
        if (words.value() === 'domain') words.argument()
        else if (words.value() !== 'no_rec') throw new CorefileError(`health_check: unknown option ${words.value()}`)
      }
      return
    case 'policy': {
      const make = policies[words.argument()]
      if (!make) throw words.error(`unknown policy '${words.value()}'`)
      settings.order = make()
      return
    }
    case 'failover': {
      const names = words.remaining()
      if (names.length === 0) throw words.argumentError()
      for (const name of names) {
        const rcode = rcodeOf(name.toUpperCase())
        if (!rcode) throw new CorefileError(`${name} is not a valid rcode`)
        settings.failover.push(rcode)
      }
      return
    }
    // how connections are kept: ours are made for each query
    case 'expire':
    case 'max_age':
      if (goDuration(words.argument()) < 0) throw new CorefileError(`${property} can't be negative: ${words.value()}`)
      return
    case 'max_idle_conns':
      count(property)
      return
    default:
      throw words.unknownProperty()
  }
}

async function readStanza(words: Dispenser, site: Site): Promise<{ settings: Settings; upstreams: Upstream[] }> {
  const [from] = zonesFrom([words.argument()], [])
  if (from === undefined) throw new CorefileError(`unable to normalize '${words.value()}'`)
  const settings: Settings = {
    from,
    except: [],
    order: (policies.random as () => Settings['order'])(),
    forceTcp: false,
    preferUdp: false,
    maxFails: 2,
    maxAttempts: 0,
    checkMs: 500,
    timeoutMs: 2000,
    maxConcurrent: 0,
    failFast: false,
    failover: [],
  }
  const to = words.remaining()
  if (to.length === 0) throw words.argumentError()
  while (words.nextInBlock()) readProperty(words, settings)
  const addresses = await upstreamsFrom(to, site)
  return { settings, upstreams: addresses.map((address) => createUpstream(address, site.environment, settings.checkMs)) }
}

/** Asks the upstreams in turn until one answers, for at most five seconds. */
function createForwarder(settings: Settings, upstreams: readonly Upstream[], { environment: { clock } }: Site) {
  let concurrent = 0

  async function exchange(upstream: Upstream, request: DnsRequest, transport: Transport): Promise<Outcome> {
    const query = encodeQuery({ ...request.question, id: randomInt(65_536) })
    const answer = await upstream.exchange(query, transport, settings.timeoutMs)
    if ('error' in answer) return { rcode: 'SERVFAIL', error: answer.error }
    const reply = readReply(answer.reply)
    if (!reply) return { rcode: 'SERVFAIL', error: 'dns: overflow unpacking uint16' }
    const { id: _, question, questionType, ...rest } = reply
    if (!sameName(question, request.question.name) || questionType !== request.question.type) return replied(emptyReply('FORMERR'))
    if (reply.truncated && transport === 'udp' && settings.preferUdp) return exchange(upstream, request, 'tcp')
    return replied(rest)
  }

  async function ask(request: DnsRequest): Promise<Outcome> {
    const list = settings.order(upstreams)
    const deadline = clock.monotonicMs() + deadlineMs
    const transport = settings.forceTcp ? 'tcp' : settings.preferUdp ? 'udp' : request.transport
    let last: Outcome = { rcode: 'SERVFAIL', error: 'no healthy proxies' }
    let fails = 0
    let attempts = 0
    for (let at = 0; clock.monotonicMs() < deadline; at++) {
      if (at >= list.length) {
        at = 0
        fails = 0
      }
      let upstream = list[at] as Upstream
      if (upstream.isDown(settings.maxFails)) {
        fails++
        if (fails < list.length) continue
        if (settings.failFast) break
        // all seem dead: perhaps only the looking after is broken
        upstream = list[randomInt(list.length)] as Upstream
      }
      last = await exchange(upstream, request, transport)
      if (last.reply) {
        if (!settings.failover.includes(last.rcode) || fails >= list.length) return last
        fails++
        continue
      }
      if (settings.maxFails) upstream.lookAfter()
      if (settings.maxAttempts && ++attempts >= settings.maxAttempts) break
      if (fails >= list.length) break
      await clock.sleep(pauseMs)
    }
    return last
  }

  return {
    serves: (name: string) => isBelow(settings.from, name) && (name === settings.from || !matchZone(settings.except, name)),
    async answer(request: DnsRequest): Promise<Outcome> {
      if (settings.maxConcurrent && concurrent >= settings.maxConcurrent)
        return { rcode: 'REFUSED', error: `concurrent queries exceeded maximum ${settings.maxConcurrent}` }
      concurrent++
      try {
        return await ask(request)
      } finally {
        concurrent--
      }
    },
  }
}

export const forward: Setup = async (words, site) => {
  const stanzas: { settings: Settings; upstreams: Upstream[] }[] = []
  while (words.next()) stanzas.push(await readStanza(words, site))
  const forwarders = stanzas.map(({ settings, upstreams }) => createForwarder(settings, upstreams, site))
  return {
    stop: () => {
      for (const upstream of stanzas.flatMap(({ upstreams }) => upstreams)) upstream.stop()
    },
    handler:
      (next): Handler =>
      (request) =>
        forwarders.find(({ serves }) => serves(request.name))?.answer(request) ?? next(request),
  }
}
