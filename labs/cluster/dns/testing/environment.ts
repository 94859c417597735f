// A CoreDNS without a pod around it, for tests: files, upstreams and time are the test's.
import { type Answer, decode, encode, RECURSION_DESIRED, type RecordType } from 'dns-packet'
import type { Clock } from '../../../system/clock.ts'
import type { DnsEnvironment, Exchanged, Transport } from '../plugin.ts'
import { createDnsServer } from '../server.ts'
import type { DnsView } from '../view.ts'

export const emptyView: DnsView = { services: [], endpointSlices: [], namespaces: [], pods: [] }

/** Time that passes only when it is told to. */
export function testClock(): Clock & { advance(ms: number): void } {
  let nowMs = 0
  const timers: { atMs: number; run: () => void }[] = []
  const after = (ms: number, run: () => void) => {
    const timer = { atMs: nowMs + ms, run }
    timers.push(timer)
    return () => {
      const at = timers.indexOf(timer)
      if (at !== -1) timers.splice(at, 1)
    }
  }
  return {
    now: () => 1_700_000_000_000 + nowMs,
    monotonicMs: () => nowMs,
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    advance(ms) {
      nowMs += ms
      for (const timer of timers.filter(({ atMs }) => atMs <= nowMs)) {
        timers.splice(timers.indexOf(timer), 1)
        timer.run()
      }
    },
  }
}

export interface TestWorld {
  view?: DnsView
  files?: Record<string, string>
  clock?: Clock
  exchange?(query: Uint8Array, transport: Transport, upstream: { address: string; port: number }): Promise<Exchanged>
}

export function testEnvironment({ view = emptyView, files = {}, clock = testClock(), exchange }: TestWorld = {}) {
  const lines: string[] = []
  const environment: DnsEnvironment = {
    view: () => view,
    serial: 1_700_000_000,
    clock,
    fatal: (line) => lines.push(line),
    readFile: async (path) => ({ '/etc/resolv.conf': 'nameserver 172.18.0.1\n', ...files })[path],
    exchange: async (upstream, query, transport) =>
      exchange ? exchange(query, transport, upstream) : { error: 'read udp 10.244.0.2:40000->172.18.0.1:53: i/o timeout' },
    log: (line) => lines.push(line),
  }
  return { environment, lines }
}

/** What dig would show of an answer. */
export async function serve(corefile: string, world: TestWorld = {}) {
  const { environment, lines } = testEnvironment(world)
  const server = await createDnsServer(corefile, 'Corefile', environment)
  async function ask(name: string, type: RecordType = 'A', { id = 0, port = 53 } = {}) {
    const bytes = await server.answer(
      encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ name, type }] }),
      'udp',
      { address: '10.244.1.5', port: 40_000 },
      port,
    )
    if (!bytes) throw new Error('no answer')
    const { answers, authorities, rcode, questions } = decode(Buffer.from(bytes)) as ReturnType<typeof decode> & { rcode: string }
    const text = (record: Answer) =>
      'ttl' in record && 'data' in record ? `${record.name} ${record.ttl} ${record.type} ${show(record.data)}` : ''
    return { rcode, question: questions?.[0]?.name, answers: (answers ?? []).map(text), authorities: (authorities ?? []).map(text) }
  }
  return { ask, lines, server }
}

const show = (data: unknown): string =>
  Array.isArray(data) ? data.map(String).join(' ') : typeof data === 'object' && data ? Object.values(data).join(' ') : String(data)
