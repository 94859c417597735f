// The smaller plugins, each asked alone. What rewrite, hosts and template answer is also held against the real CoreDNS in ../recorded.test.ts.
import { describe, expect, test } from 'vitest'
import { Dispenser } from '../corefile/dispenser.ts'
import { type DnsQuestion, recordTypes, toLabels } from '../message.ts'
import { emptyReply } from '../plugin.ts'
import { serve, testClock, testEnvironment } from '../testing/environment.ts'
import { formatEntry } from './log.ts'
import { loop } from './loop.ts'

describe('the order is CoreDNS’s, not the Corefile’s', () => {
  test('rewrite comes before hosts, and log sees the name that was asked', async () => {
    const { ask, lines } = await serve('. {\n hosts {\n 10.0.0.1 b.example\n }\n rewrite name a.example b.example\n log\n}\n')
    expect((await ask('a.example')).answers).toEqual(['a.example 3600 A 10.0.0.1'])
    expect(lines).toEqual([
      expect.stringMatching(/^\[INFO\] 10\.244\.1\.5:40000 - 0 "A IN a\.example\. udp 27 false 512" NOERROR qr,aa,rd 52 [\d.]+s$/),
    ])
  })
})

describe('log', () => {
  const question: DnsQuestion = {
    id: 7,
    name: toLabels('a.example'),
    type: recordTypes.AAAA,
    class: 1,
    recursionDesired: true,
    checkingDisabled: false,
    edns: { udpSize: 1232, version: 0, dnssecOk: true, options: new Uint8Array() },
  }
  const client = { address: '10.244.1.5', port: 4000 }
  const entry = {
    request: { question, name: 'a.example.', transport: 'udp' as const, client, size: 38, depth: 0 },
    reply: emptyReply('NXDOMAIN'),
    seconds: 0.000_250_5,
  }
  test('a format of one’s own', () => {
    expect(formatEntry('{remote} {name} {>do} {>bufsize} {rcode} {>rflags} {duration} {what} {/meta}', entry)).toBe(
      '10.244.1.5 a.example. true 1232 NXDOMAIN qr,rd 0.0002505s {what} -',
    )
  })
  test('only some zones, only some classes', async () => {
    const { ask, lines } = await serve('. {\n log b.example {\n class denial error\n }\n hosts {\n 10.0.0.1 a.example b.example\n }\n}\n')
    for (const name of ['a.example', 'b.example', 'x.a.example', 'x.b.example']) await ask(name)
    expect(lines).toEqual([expect.stringContaining('"A IN x.b.example.')])
  })
})

describe('errors', () => {
  const corefile = (more: string) => `. {\n errors {\n ${more}\n }\n forward . 10.0.0.1 {\n max_connect_attempts 1\n }\n}\n`
  test('consolidate counts, and says the sum', async () => {
    const clock = testClock()
    const { ask, lines } = await serve(corefile('consolidate 1m ".*i/o timeout$" warning show_first'), { clock })
    for (const name of ['a', 'b', 'c']) await ask(name)
    expect(lines).toEqual([expect.stringMatching(/^\[WARNING\] plugin\/errors: 2 a\. A: .* i\/o timeout$/)])
    clock.advance(60_000)
    expect(lines[1]).toBe("[WARNING] plugin/errors: 3 errors like '.*i/o timeout$' occurred in last 1m")
  })
})

describe('hosts', () => {
  test('a file is read again when it has changed', async () => {
    const clock = testClock()
    const files = { '/etc/hosts': '10.0.0.1 a.example # a comment\n' }
    const { ask, server } = await serve('. {\n hosts\n}\n', { clock, files })
    server.start()
    expect((await ask('a.example')).answers).toEqual(['a.example 3600 A 10.0.0.1'])
    files['/etc/hosts'] = '10.0.0.2 a.example\n'
    clock.advance(5000)
    await Promise.resolve()
    expect((await ask('a.example')).answers).toEqual(['a.example 3600 A 10.0.0.2'])
  })
  test('no_reverse, and zones', async () => {
    const { ask } = await serve('. {\n hosts /none a.example {\n 10.0.0.1 x.a.example x.b.example\n no_reverse\n }\n}\n')
    expect((await ask('x.a.example')).rcode).toBe('NOERROR')
    expect((await ask('x.b.example')).rcode).toBe('SERVFAIL')
    expect((await ask('1.0.0.10.in-addr.arpa', 'PTR')).rcode).toBe('SERVFAIL')
  })
})

test('loadbalance prefer: addresses of a range in front', async () => {
  const hosts = 'hosts {\n 10.0.0.1 a\n 10.9.0.1 a\n 10.0.0.2 a\n }'
  const { ask } = await serve(`. {\n loadbalance round_robin {\n prefer 10.9.0.0/16\n }\n ${hosts}\n}\n`)
  for (const id of [0, 1, 2]) expect((await ask('a', 'A', { id })).answers[0]).toBe('a 3600 A 10.9.0.1')
})

describe('loop', () => {
  test('its own question, come back three times, is the end', async () => {
    const asked: Uint8Array[] = []
    const { environment, lines } = testEnvironment({
      exchange: async (query) => {
        asked.push(query)
        return { error: 'read udp 127.0.0.1:4->127.0.0.1:53: i/o timeout' }
      },
    })
    const site = { zones: ['.'], port: 53, environment, say: () => {}, lookup: async () => emptyReply('SERVFAIL') }
    const parts = await loop(new Dispenser('Corefile', [{ line: 1, text: 'loop' }]), site)
    const handler = parts.handler?.(async () => ({ rcode: 'NXDOMAIN' }))
    if (!handler) throw new Error('no handler')
    parts.start?.()
    const { readQuestion } = await import('../message.ts')
    const question = readQuestion(asked[0] as Uint8Array)
    if (typeof question !== 'object') throw new Error('no query')
    expect(question.type).toBe(recordTypes.HINFO)
    const name = `${question.name.join('.')}.`
    const request = { question, name, transport: 'udp' as const, client: { address: '127.0.0.1', port: 40_001 }, size: 57, depth: 0 }
    await Promise.resolve()
    for (let i = 0; i < 2; i++) expect((await handler(request)).rcode).toBe('NXDOMAIN')
    expect(lines).toEqual([])
    await handler(request)
    expect(lines).toEqual([
      `[FATAL] plugin/loop: Loop (127.0.0.1:40001 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO ${name}"`,
    ])
  })
})

test('a server asks itself for aliases, but not for ever', async () => {
  const { ask } = await serve('. {\n template IN A ring.example {\n answer "{{ .Name }} 60 IN CNAME {{ .Name }}"\n upstream\n }\n}\n')
  const { rcode, answers } = await ask('a.ring.example')
  expect({ rcode, count: answers.length }).toEqual({ rcode: 'NOERROR', count: 8 })
})
