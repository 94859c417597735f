// Compares what the runtime's prober saw with what a scenario wants, and says it in plain words. Pure. Called by observation.ts.
import type { ConnectOutcome, NetworkProbe, ProbeResult, ProbeTry } from '../spec/probe.ts'
import { fail, pass, quoteText, unknown, type Verdict } from './verdict.ts'

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

const outcomeWanted: Record<ConnectOutcome, string> = {
  answered: 'answered',
  refused: 'refused',
  timeout: 'without an answer',
  unreachable: 'unreachable',
  blocked: 'kept out',
}

/** One try in words, without its address and time. */
function describeTry(attempt: ProbeTry): string {
  switch (attempt.outcome) {
    case 'answered':
      if (attempt.rcode !== undefined)
        return attempt.rcode === 'NOERROR' ? describeAnswers(attempt.answers ?? []) : `answered ${attempt.rcode}`
      return attempt.status === undefined ? 'answered' : `answered with status ${attempt.status}`
    case 'refused':
      return 'connection refused'
    case 'timeout':
      return 'no answer'
    case 'unreachable':
      return `unreachable${attempt.reason ? ` (${attempt.reason})` : ''}`
    case 'unresolved':
      return `the name did not resolve${attempt.reason ? ` (${attempt.reason})` : ''}`
    case 'error':
      return `the probe failed (${attempt.reason ?? 'no reason given'})`
  }
}

function describeAnswers(answers: string[]): string {
  return answers.length === 0 ? 'answered with no record' : `answered ${answers.join(', ')}`
}

function connectExpectation(expected: ConnectOutcome, destination: string): Expectation {
  return {
    destination,
    wanted: outcomeWanted[expected],
    objection: (attempt) => (matchesOutcome(attempt, expected) ? undefined : describeTry(attempt)),
  }
}

function bodyObjection(attempt: ProbeTry, pattern: string | undefined): string | undefined {
  if (pattern === undefined || new RegExp(pattern).test(attempt.body ?? '')) return undefined
  return attempt.body ? `answered ${quoteText(attempt.body)}` : 'answered with nothing'
}

function expectationOf(probe: NetworkProbe): Expectation {
  if ('http' in probe) {
    const { url, expect, status, bodyMatches } = probe.http
    const base = connectExpectation(expect, URL.canParse(url) ? new URL(url).hostname : url)
    if (expect !== 'answered') return base
    return {
      ...base,
      wanted: `answered${status === undefined ? '' : ` with status ${status}`}`,
      objection(attempt) {
        if (attempt.outcome !== 'answered' || (status !== undefined && attempt.status !== status)) return describeTry(attempt)
        return bodyObjection(attempt, bodyMatches)
      },
    }
  }
  if ('tcp' in probe) return connectExpectation(probe.tcp.expect, probe.tcp.host)
  if ('udp' in probe) {
    const base = connectExpectation(probe.udp.expect, probe.udp.host)
    return {
      ...base,
      objection: (attempt) =>
        base.objection(attempt) ?? (attempt.outcome === 'answered' ? bodyObjection(attempt, probe.udp.bodyMatches) : undefined),
    }
  }
  if ('ping' in probe) return connectExpectation(probe.ping.expect, probe.ping.host)
  return dnsExpectation(probe.dns)
}

function dnsExpectation(dns: Extract<NetworkProbe, { dns: unknown }>['dns']): Expectation {
  const sameAnswers = (answers: string[]) => !dns.answers || [...dns.answers].sort().join('\n') === [...answers].sort().join('\n')
  return {
    destination: dns.server,
    wanted: dns.expect === 'timeout' ? 'without an answer' : dns.expect === 'NOERROR' ? 'answered' : `answered ${dns.expect}`,
    objection(attempt) {
      if (dns.expect === 'timeout') return attempt.outcome === 'timeout' ? undefined : describeTry(attempt)
      const good = attempt.outcome === 'answered' && attempt.rcode === dns.expect && sameAnswers(attempt.answers ?? [])
      return good ? undefined : describeTry(attempt)
    },
  }
}

const isName = (host: string) => !/^[\d.]+$/.test(host) && !host.includes(':')
const rounded = (ms: number) => `${Math.max(1, Math.round(ms))} ms`

/** Where and how long, for the tries of one group: ", all to 10.244.2.9". */
function describePlaces(tries: ProbeTry[], count: number): string {
  const addresses = [...new Set(tries.flatMap((attempt) => (attempt.address ? [attempt.address] : [])))]
  if (addresses.length === 0 || addresses.length > 3) return ''
  return `, ${count > 1 && addresses.length === 1 ? 'all to ' : 'to '}${addresses.join(', ')}`
}

function describeOne(attempt: ProbeTry, what: string, probe: NetworkProbe, destination: string | undefined): string {
  const peer = attempt.address ?? destination ?? 'the nameserver'
  const named = destination && isName(destination) && attempt.address ? ` (${destination})` : ''
  if (attempt.outcome === 'timeout') return `no answer from ${peer}${named} within ${probe.timeoutMs} ms`
  if (attempt.outcome === 'refused') return `connection refused by ${peer}${named} after ${rounded(attempt.ms)}`
  if (attempt.outcome === 'unreachable') return `${peer}${named} is ${what}`
  if (attempt.outcome === 'unresolved')
    return `the name ${destination ?? ''} did not resolve${attempt.reason ? ` (${attempt.reason})` : ''}`
  if (attempt.outcome === 'error') return what
  return `${peer}${named} ${what} after ${rounded(attempt.ms)}`
}

/** "11 of 20 answered; 9 timed out after 400 ms, all to 10.244.2.9". */
function describeMany(tries: ProbeTry[], probe: NetworkProbe, expectation: Expectation): string {
  const groups = new Map<string, ProbeTry[]>()
  for (const attempt of tries) {
    const objection = expectation.objection(attempt)
    const words =
      objection === undefined ? describeTry(attempt) : attempt.outcome === 'timeout' ? `timed out after ${probe.timeoutMs} ms` : objection
    groups.set(words, [...(groups.get(words) ?? []), attempt])
  }
  const sorted = [...groups].sort(
    ([, a], [, b]) =>
      Number(!!expectation.objection(a[0] as ProbeTry)) - Number(!!expectation.objection(b[0] as ProbeTry)) || b.length - a.length,
  )
  const shown = sorted.slice(0, 4).map(([words, group], index) => {
    const bad = expectation.objection(group[0] as ProbeTry) !== undefined
    return `${group.length}${index === 0 ? ` of ${tries.length}` : ''} ${words}${bad ? describePlaces(group, group.length) : ''}`
  })
  if (sorted.length > 4) shown.push(`and ${sorted.length - 4} other outcomes`)
  return shown.join('; ')
}

/** Judges all tries of one network probe: every one must be as wanted. */
export function judgeNetwork(probe: NetworkProbe, result: ProbeResult): Verdict {
  const { tries } = result
  const first = tries[0]
  if (!first) return unknown('the probe gave no result')
  const expectation = expectationOf(probe)
  const bad = tries.filter((attempt) => expectation.objection(attempt) !== undefined)
  const seen =
    tries.length === 1
      ? describeOne(first, expectation.objection(first) ?? describeTry(first), probe, expectation.destination)
      : describeMany(tries, probe, expectation)
  const wanted = tries.length === 1 ? expectation.wanted : `${tries.length} of ${tries.length} ${expectation.wanted}`
  if (bad.length === 0) return pass(seen, wanted)
  return bad.every((attempt) => attempt.outcome === 'error') ? unknown(seen) : fail(seen, wanted)
}
