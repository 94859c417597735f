// Sentences are part of the product: these tests hold them to the letter.
import { describe, expect, it } from 'vitest'
import { dnsProbe, httpProbe, type NetworkProbe, type ProbeTry, pingProbe, tcpProbe, udpProbe } from '../spec/probe.ts'
import { judgeNetwork } from './judge-network.ts'

const answered = (address: string, extra: Partial<ProbeTry> = {}): ProbeTry => ({
  outcome: 'answered',
  ms: 2.4,
  address,
  status: 200,
  body: 'web-1',
  ...extra,
})
const timedOut = (address?: string): ProbeTry => ({ outcome: 'timeout', ms: 400, ...(address ? { address } : {}) })
const judge = (probe: NetworkProbe, ...tries: ProbeTry[]) => judgeNetwork(probe, { tries })

describe('one try', () => {
  const web = httpProbe.parse({ from: 'pod/client', http: { url: 'http://web/', status: 200 } })
  it('passes with what was seen', () => {
    expect(judge(web, answered('10.96.1.2'))).toEqual({
      state: 'pass',
      seen: '10.96.1.2 (web) answered with status 200 after 2 ms',
      wanted: 'answered with status 200',
    })
  })
  it('names who refused and when', () => {
    expect(judge(web, { outcome: 'refused', ms: 0.6, address: '10.96.71.12' })).toEqual({
      state: 'fail',
      seen: 'connection refused by 10.96.71.12 (web) after 1 ms',
      wanted: 'answered with status 200',
    })
  })
  it('tells silence, bad names and unreachable networks apart', () => {
    expect(judge(web, timedOut('10.244.2.9')).seen).toBe('no answer from 10.244.2.9 (web) within 400 ms')
    expect(judge(web, { outcome: 'unresolved', ms: 3, reason: 'NXDOMAIN' }).seen).toBe('the name web did not resolve (NXDOMAIN)')
    expect(judge(web, { outcome: 'unreachable', ms: 3, address: '10.244.2.9', reason: 'EHOSTUNREACH' }).seen).toBe(
      '10.244.2.9 (web) is unreachable (EHOSTUNREACH)',
    )
  })
  it('fails on another status, and quotes a body that does not match', () => {
    expect(judge(web, answered('10.96.1.2', { status: 503 }))).toMatchObject({
      state: 'fail',
      seen: '10.96.1.2 (web) answered with status 503 after 2 ms',
    })
    const picky = httpProbe.parse({ from: 'pod/client', http: { url: 'http://10.96.1.2/', bodyMatches: '^web-' } })
    expect(judge(picky, answered('10.96.1.2', { body: 'api\n-7' }))).toMatchObject({
      state: 'fail',
      seen: '10.96.1.2 answered “api -7” after 2 ms',
    })
  })
  it('does not count a probe that could not be taken', () => {
    expect(judge(web, { outcome: 'error', ms: 0, reason: 'EMFILE' })).toEqual({ state: 'unknown', seen: 'the probe failed (EMFILE)' })
    expect(judgeNetwork(web, { tries: [] }).state).toBe('unknown')
  })
  it.each(['ECONNRESET', 'closed without a response'])('counts a peer that takes the connection and hangs up: %s', (reason) =>
    expect(judge(web, { outcome: 'error', ms: 3, address: '10.96.0.7', reason })).toMatchObject({
      state: 'fail',
      seen: '10.96.0.7 (web) hung up without an answer after 3 ms',
    }),
  )
})

describe('many tries', () => {
  const web = httpProbe.parse({ from: 'pod/client', http: { url: 'http://web/', status: 200 }, times: 20 })
  it('counts what passed and says where the others went', () => {
    const tries = [...Array(11).fill(answered('10.244.1.4')), ...Array(9).fill(timedOut('10.244.2.9'))]
    expect(judge(web, ...tries)).toEqual({
      state: 'fail',
      seen: '11 of 20 answered with status 200; 9 timed out after 400 ms, all to 10.244.2.9',
      wanted: '20 of 20 answered with status 200',
    })
  })
  it('passes only when all pass', () => {
    expect(judge(web, ...Array(20).fill(answered('10.244.1.4')))).toMatchObject({
      state: 'pass',
      seen: '20 of 20 answered with status 200',
    })
  })
  it('one real failure outweighs tries that could not be taken', () => {
    expect(judge(web, { outcome: 'error', ms: 0, reason: 'EMFILE' }, timedOut('10.244.2.9')).state).toBe('fail')
    expect(judge(web, answered('10.244.1.4'), { outcome: 'error', ms: 0, reason: 'EMFILE' }).state).toBe('unknown')
  })
})

describe('expecting to be kept out', () => {
  const db = tcpProbe.parse({ from: 'pod/web', tcp: { host: 'db', port: 5432, expect: 'blocked' } })
  it.each(['refused', 'timeout', 'unreachable'] as const)('%s is blocked', (outcome) => {
    expect(judge(db, { outcome, ms: 1, address: '10.96.0.7' }).state).toBe('pass')
  })
  it('a name that does not resolve proves nothing', () => {
    expect(judge(db, { outcome: 'unresolved', ms: 1, reason: 'NXDOMAIN' }).state).toBe('fail')
  })
  it('an answer is a failure', () => {
    expect(judge(db, { outcome: 'answered', ms: 1, address: '10.96.0.7' })).toMatchObject({
      state: 'fail',
      seen: '10.96.0.7 (db) answered after 1 ms',
      wanted: 'kept out',
    })
  })
})

describe('other kinds', () => {
  it('dns compares code and the set of answers', () => {
    const probe = dnsProbe.parse({ from: 'pod/client', dns: { name: 'web', answers: ['10.96.0.2', '10.96.0.1'] } })
    const reply = (rcode: string, answers: string[]): ProbeTry => ({ outcome: 'answered', ms: 1, address: '10.96.0.10', rcode, answers })
    expect(judge(probe, reply('NOERROR', ['10.96.0.1', '10.96.0.2'])).state).toBe('pass')
    expect(judge(probe, reply('NOERROR', ['10.96.0.1'])).seen).toBe('10.96.0.10 answered 10.96.0.1 after 1 ms')
    expect(judge(probe, reply('NXDOMAIN', []))).toMatchObject({ state: 'fail' })
    const gone = dnsProbe.parse({ from: 'pod/client', dns: { name: 'web', expect: 'NXDOMAIN' } })
    expect(judge(gone, reply('NXDOMAIN', [])).state).toBe('pass')
    expect(judge(gone, timedOut('10.96.0.10')).state).toBe('fail')
  })
  it('udp looks at the datagram', () => {
    const probe = udpProbe.parse({ from: 'pod/client', udp: { host: '10.96.0.3', port: 8081, bodyMatches: '^web-' } })
    expect(judge(probe, { outcome: 'answered', ms: 1, address: '10.96.0.3', body: 'web-1' }).state).toBe('pass')
    expect(judge(probe, { outcome: 'answered', ms: 1, address: '10.96.0.3', body: '' })).toMatchObject({
      state: 'fail',
      seen: '10.96.0.3 answered with nothing after 1 ms',
    })
  })
  it('ping may be expected to time out', () => {
    const probe = pingProbe.parse({ from: 'laptop', ping: { host: '10.244.1.2', expect: 'timeout' } })
    expect(judge(probe, timedOut('10.244.1.2')).state).toBe('pass')
    expect(judge(probe, { outcome: 'answered', ms: 1, address: '10.244.1.2' }).state).toBe('fail')
  })
})
