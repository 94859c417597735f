import { expect, test } from 'vitest'
import { encodeReply, readQuestion } from '../message.ts'
import { type Exchanged, emptyReply, type Transport } from '../plugin.ts'
import { serve, testClock } from '../testing/environment.ts'

/** Every upstream answers with its own address; those in `dead` do not. */
function upstreams(dead: string[] = []) {
  const asked: string[] = []
  async function exchange(
    query: Uint8Array,
    transport: Transport,
    { address, port }: { address: string; port: number },
  ): Promise<Exchanged> {
    asked.push(`${address}:${port} ${transport}`)
    if (dead.includes(address)) return { error: `read udp 10.244.0.2:4->${address}:${port}: read: connection refused` }
    const question = readQuestion(query)
    if (typeof question !== 'object') throw new Error('no query')
    const truncated = transport === 'udp' && address === '10.0.0.8'
    const answers = truncated ? [] : [{ name: question.name, type: 'A' as const, address, ttl: 60 }]
    return { reply: encodeReply(question, { ...emptyReply('NOERROR'), truncated, answers }, transport) }
  }
  return { asked, exchange, dead }
}
const block = (line: string) => `. {\n errors\n forward ${line}\n}\n`
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('to the name servers of a resolv.conf, or to addresses with ports', async () => {
  const { asked, exchange } = upstreams()
  const files = { '/etc/resolv.conf': 'search a\nnameserver 10.0.0.1\nnameserver 10.0.0.2\n' }
  const { ask } = await serve(block('. /etc/resolv.conf dns://10.0.0.3:5353 10.0.0.1 {\n policy sequential\n}'), { exchange, files })
  expect((await ask('a.example')).answers).toEqual(['a.example 60 A 10.0.0.1'])
  expect(asked).toEqual(['10.0.0.1:53 udp'])
  await expect(serve(block('. /nowhere'))).rejects.toThrow('plugin/forward: not an IP address, file, or valid domain: "/nowhere"')
})

test('policies', async () => {
  const { asked, exchange } = upstreams()
  const { ask } = await serve(block('. 10.0.0.1 10.0.0.2 10.0.0.3 {\n policy round_robin\n}'), { exchange })
  for (let i = 0; i < 4; i++) await ask('a.example')
  expect(asked.map((each) => each[7])).toEqual(['2', '3', '1', '2'])
  const random = upstreams()
  const more = await serve(block('. 10.0.0.1 10.0.0.2'), random)
  for (let i = 0; i < 40; i++) await more.ask('a.example')
  expect(new Set(random.asked).size).toBe(2)
})

test('zones, exceptions and several stanzas', async () => {
  const { asked, exchange } = upstreams()
  const corefile = '. {\n errors\n forward corp.example 10.0.0.1\n forward . 10.0.0.2 {\n  except local.example\n }\n}\n'
  const { ask, lines } = await serve(corefile, { exchange })
  for (const name of ['x.corp.example', 'x.example']) await ask(name)
  expect(asked).toEqual(['10.0.0.1:53 udp', '10.0.0.2:53 udp'])
  expect((await ask('x.local.example')).rcode).toBe('SERVFAIL')
  expect(lines).toEqual(['[ERROR] plugin/errors: 2 x.local.example. A: plugin/forward: no next plugin found'])
})

test('force_tcp, and prefer_udp that asks again over TCP', async () => {
  const { asked, exchange } = upstreams()
  await (await serve(block('. 10.0.0.1 {\n force_tcp\n}'), { exchange })).ask('a.example')
  const { ask } = await serve(block('. 10.0.0.8 {\n prefer_udp\n}'), { exchange })
  expect((await ask('a.example')).answers).toEqual(['a.example 60 A 10.0.0.8'])
  expect(asked).toEqual(['10.0.0.1:53 tcp', '10.0.0.8:53 udp', '10.0.0.8:53 tcp'])
})

test('the next upstream takes over; one that failed too often is left alone until it answers again', async () => {
  const clock = testClock()
  const { asked, exchange, dead } = upstreams(['10.0.0.1'])
  const { ask, lines } = await serve(block('. 10.0.0.1 10.0.0.2 {\n policy sequential\n max_fails 1\n}'), { exchange, clock })
  async function answer(name: string) {
    const pending = ask(name)
    await settled()
    clock.advance(20)
    return (await pending).answers
  }
  expect(await answer('a.example')).toEqual(['a.example 60 A 10.0.0.2'])
  expect(lines).toEqual([]) // nobody needs to know
  clock.advance(500)
  await settled() // the second look at it failed: it is down
  asked.length = 0
  expect(await answer('a.example')).toEqual(['a.example 60 A 10.0.0.2'])
  expect(asked).toEqual(['10.0.0.2:53 udp'])
  dead.length = 0
  clock.advance(500)
  await settled()
  expect(await answer('a.example')).toEqual(['a.example 60 A 10.0.0.1'])
})

test('max_concurrent refuses what is too much', async () => {
  let release = () => {}
  const held = new Promise<Exchanged>((resolve) => {
    release = () => resolve({ error: 'late' })
  })
  const { ask, lines } = await serve(block('. 10.0.0.1 {\n max_concurrent 1\n max_connect_attempts 1\n}'), { exchange: () => held })
  const first = ask('a.example')
  expect((await ask('b.example')).rcode).toBe('REFUSED')
  expect(lines).toEqual(['[ERROR] plugin/errors: 5 b.example. A: concurrent queries exceeded maximum 1'])
  release()
  expect((await first).rcode).toBe('SERVFAIL')
})
