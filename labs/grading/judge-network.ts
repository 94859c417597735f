// Compares what the runtime's prober saw with what a scenario wants, and says it in plain words. Pure. Called by observation.ts.
import type { ConnectOutcome, NetworkProbe, ProbeResult, ProbeTry } from '../spec/probe.ts'
import { fail, pass, quoteText, unknown, type Verdict } from './verdict.ts'
import { judgeWords, type Words } from './words.ts'

interface Expectation {
  /** where the probe was sent: a name or an address; undefined when the place's own nameserver was asked */
  destination: string | undefined
  /** why this try is not what is wanted; undefined when it is */
  objection(attempt: ProbeTry): string | undefined
  /** what is wanted of each try, without giving away regular expressions */
  wanted: string
}

const blockedOutcomes = ['refused', 'timeout', 'unreachable']
const matchesOutcome = (attempt: ProbeTry, expected: ConnectOutcome) =>
  expected === 'blocked' ? blockedOutcomes.includes(attempt.outcome) : attempt.outcome === expected

/** Its peer took the connection and hung up: seen, not a probe that could not be taken. */
const hungUp = ({ outcome, reason = '' }: ProbeTry) => outcome === 'error' && ['ECONNRESET', 'closed without a response'].includes(reason)

/** One try in words, without its address and time. */
function describeTry(attempt: ProbeTry, words: Words): string {
  switch (attempt.outcome) {
    case 'answered':
      if (attempt.rcode !== undefined)
        return attempt.rcode === 'NOERROR' ? words.answeredRecords(attempt.answers ?? []) : words.answeredRcode(attempt.rcode)
      return attempt.status === undefined ? words.answered : words.answeredStatus(attempt.status)
    case 'refused':
      return words.refused
    case 'timeout':
      return words.noAnswer
    case 'unreachable':
      return words.unreachable(attempt.reason)
    case 'unresolved':
      return words.unresolved(attempt.reason)
    case 'error':
      return hungUp(attempt) ? words.hungUp : words.probeFailed(attempt.reason)
  }
}

function connectExpectation(expected: ConnectOutcome, destination: string, words: Words): Expectation {
  return {
    destination,
    wanted: words.wanted[expected],
    objection: (attempt) => (matchesOutcome(attempt, expected) ? undefined : describeTry(attempt, words)),
  }
}

function bodyObjection(attempt: ProbeTry, pattern: string | undefined, words: Words): string | undefined {
  if (pattern === undefined || new RegExp(pattern).test(attempt.body ?? '')) return undefined
  return words.answeredText(attempt.body ? quoteText(attempt.body) : undefined)
}

function expectationOf(probe: NetworkProbe, words: Words): Expectation {
  if ('http' in probe) {
    const { url, expect, status, bodyMatches } = probe.http
    const base = connectExpectation(expect, URL.canParse(url) ? new URL(url).hostname : url, words)
    if (expect !== 'answered') return base
    return {
      ...base,
      wanted: status === undefined ? words.answered : words.answeredStatus(status),
      objection(attempt) {
        if (attempt.outcome !== 'answered' || (status !== undefined && attempt.status !== status)) return describeTry(attempt, words)
        return bodyObjection(attempt, bodyMatches, words)
      },
    }
  }
  if ('tcp' in probe) return connectExpectation(probe.tcp.expect, probe.tcp.host, words)
  if ('udp' in probe) {
    const base = connectExpectation(probe.udp.expect, probe.udp.host, words)
    return {
      ...base,
      objection: (attempt) =>
        base.objection(attempt) ?? (attempt.outcome === 'answered' ? bodyObjection(attempt, probe.udp.bodyMatches, words) : undefined),
    }
  }
  if ('ping' in probe) return connectExpectation(probe.ping.expect, probe.ping.host, words)
  return dnsExpectation(probe.dns, words)
}

function dnsExpectation(dns: Extract<NetworkProbe, { dns: unknown }>['dns'], words: Words): Expectation {
  const sameAnswers = (answers: string[]) => !dns.answers || [...dns.answers].sort().join('\n') === [...answers].sort().join('\n')
  return {
    destination: dns.server,
    wanted: dns.expect === 'timeout' ? words.wanted.timeout : dns.expect === 'NOERROR' ? words.answered : words.answeredRcode(dns.expect),
    objection(attempt) {
      if (dns.expect === 'timeout') return attempt.outcome === 'timeout' ? undefined : describeTry(attempt, words)
      const good = attempt.outcome === 'answered' && attempt.rcode === dns.expect && sameAnswers(attempt.answers ?? [])
      return good ? undefined : describeTry(attempt, words)
    },
  }
}

const isName = (host: string) => !/^[\d.]+$/.test(host) && !host.includes(':')
const rounded = (ms: number) => `${Math.max(1, Math.round(ms))} ms`

/** Where and how long, for the tries of one group: ", all to 10.244.2.9". */
function describePlaces(tries: ProbeTry[], count: number, words: Words): string {
  const addresses = [...new Set(tries.flatMap((attempt) => (attempt.address ? [attempt.address] : [])))]
  if (addresses.length === 0 || addresses.length > 3) return ''
  return words.to(addresses, count > 1 && addresses.length === 1)
}

function describeOne(attempt: ProbeTry, what: string, probe: NetworkProbe, destination: string | undefined, words: Words): string {
  const address = attempt.address ?? destination ?? words.nameserver
  const peer = destination && isName(destination) && attempt.address ? words.named(address, destination) : address
  if (attempt.outcome === 'timeout') return words.timeoutFrom(peer, probe.timeoutMs)
  if (attempt.outcome === 'refused') return words.refusedBy(peer, rounded(attempt.ms))
  if (attempt.outcome === 'unreachable') return words.peerIs(peer, what)
  if (attempt.outcome === 'unresolved') return words.nameUnresolved(destination ?? '', attempt.reason)
  if (attempt.outcome === 'error' && !hungUp(attempt)) return what
  return words.peerDid(peer, what, rounded(attempt.ms))
}

/** "11 of 20 answered; 9 timed out after 400 ms, all to 10.244.2.9". */
function describeMany(tries: ProbeTry[], probe: NetworkProbe, expectation: Expectation, words: Words): string {
  const groups = new Map<string, ProbeTry[]>()
  for (const attempt of tries) {
    const objection = expectation.objection(attempt)
    const what =
      objection === undefined ? describeTry(attempt, words) : attempt.outcome === 'timeout' ? words.timedOut(probe.timeoutMs) : objection
    groups.set(what, [...(groups.get(what) ?? []), attempt])
  }
  const sorted = [...groups].sort(
    ([, a], [, b]) =>
      Number(!!expectation.objection(a[0] as ProbeTry)) - Number(!!expectation.objection(b[0] as ProbeTry)) || b.length - a.length,
  )
  const shown = sorted.slice(0, 4).map(([what, group], index) => {
    const bad = expectation.objection(group[0] as ProbeTry) !== undefined
    return `${words.share(group.length, index === 0 ? tries.length : undefined, what)}${bad ? describePlaces(group, group.length, words) : ''}`
  })
  if (sorted.length > 4) shown.push(words.otherOutcomes(sorted.length - 4))
  return shown.join(words.semicolon)
}

/** Judges all tries of one network probe: every one must be as wanted. */
export function judgeNetwork(probe: NetworkProbe, result: ProbeResult, words: Words = judgeWords.en): Verdict {
  const { tries } = result
  const first = tries[0]
  if (!first) return unknown(words.noResult)
  const expectation = expectationOf(probe, words)
  const bad = tries.filter((attempt) => expectation.objection(attempt) !== undefined)
  const seen =
    tries.length === 1
      ? describeOne(first, expectation.objection(first) ?? describeTry(first, words), probe, expectation.destination, words)
      : describeMany(tries, probe, expectation, words)
  const wanted = tries.length === 1 ? expectation.wanted : words.wantedAll(tries.length, expectation.wanted)
  if (bad.length === 0) return pass(seen, wanted)
  return bad.every((attempt) => attempt.outcome === 'error' && !hungUp(attempt)) ? unknown(seen) : fail(seen, wanted)
}
