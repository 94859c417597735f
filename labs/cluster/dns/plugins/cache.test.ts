import { describe, expect, test } from 'vitest'
import { encodeReply, readQuestion } from '../message.ts'
import { type Exchanged, emptyReply } from '../plugin.ts'
import { serve, testClock } from '../testing/environment.ts'

/** An upstream that knows every name, counts, and can die. */
function upstream(ttl = 600) {
  const state = { asked: 0, isDead: false, address: '192.0.2.1' }
  async function exchange(query: Uint8Array): Promise<Exchanged> {
    state.asked++
    if (state.isDead) return { error: 'read udp 10.244.0.2:40000->172.18.0.1:53: i/o timeout' }
    const question = readQuestion(query)
    if (typeof question !== 'object') throw new Error('no query')
    const answers = [{ name: question.name, type: 'A' as const, address: state.address, ttl }]
    return { reply: encodeReply(question, { ...emptyReply('NOERROR'), recursionAvailable: true, answers }, 'udp') }
  }
  return { state, exchange }
}
const corefile = (cache: string) => `. {\n errors\n cache ${cache}\n forward . 172.18.0.1 {\n  max_connect_attempts 1\n }\n}\n`

async function cached(cache: string, ttl?: number) {
  const clock = testClock()
  const { state, exchange } = upstream(ttl)
  return { clock, state, ...(await serve(corefile(cache), { clock, exchange })) }
}

test('the time to live is cut to the limit, and runs down', async () => {
  const { ask, clock, state } = await cached('30')
  expect((await ask('a.example')).answers).toEqual(['a.example 30 A 192.0.2.1'])
  clock.advance(12_400)
  expect((await ask('A.example')).answers).toEqual(['a.example 18 A 192.0.2.1'])
  expect(state.asked).toBe(1)
  clock.advance(18_000)
  expect((await ask('a.example')).answers).toEqual(['a.example 30 A 192.0.2.1'])
  expect(state.asked).toBe(2)
})

test('a short time to live is raised to five seconds; keepttl never runs down', async () => {
  const short = await cached('30', 1)
  expect((await short.ask('a.example')).answers).toEqual(['a.example 5 A 192.0.2.1'])
  const kept = await cached('30 {\n keepttl\n}')
  await kept.ask('a.example')
  kept.clock.advance(20_000)
  expect((await kept.ask('a.example')).answers).toEqual(['a.example 30 A 192.0.2.1'])
})

describe('a dead upstream', () => {
  test('is not noticed while the reply is kept, and then it is', async () => {
    const { ask, clock, state, lines } = await cached('30')
    await ask('a.example')
    state.isDead = true
    clock.advance(29_000)
    expect((await ask('a.example')).rcode).toBe('NOERROR')
    clock.advance(2000)
    expect((await ask('a.example')).rcode).toBe('SERVFAIL')
    expect(lines).toEqual(['[ERROR] plugin/errors: 2 a.example. A: read udp 10.244.0.2:40000->172.18.0.1:53: i/o timeout'])
  })
  test('with serve_stale old replies live on, with time to live 0', async () => {
    for (const mode of ['', ' 1h verify']) {
      const { ask, clock, state } = await cached(`30 {\n serve_stale${mode}\n}`)
      await ask('a.example')
      state.isDead = true
      clock.advance(60_000)
      expect((await ask('a.example')).answers).toEqual(['a.example 0 A 192.0.2.1'])
      clock.advance(2 * 3_600_000)
      expect((await ask('a.example')).rcode).toBe('SERVFAIL')
    }
  })
})

test('disable: zones that are not kept', async () => {
  const { ask, state } = await cached('30 {\n disable success a.example\n}')
  for (const name of ['x.a.example', 'x.a.example', 'x.b.example', 'x.b.example']) await ask(name)
  expect(state.asked).toBe(3)
})

test('prefetch renews what is asked for often, before it ends', async () => {
  const { ask, clock, state } = await cached('30 {\n prefetch 2 1m 50%\n}')
  for (let i = 0; i < 3; i++) await ask('a.example')
  expect(state.asked).toBe(1)
  clock.advance(16_000)
  expect((await ask('a.example')).answers).toEqual(['a.example 14 A 192.0.2.1'])
  await Promise.resolve()
  expect(state.asked).toBe(2)
  expect((await ask('a.example')).answers).toEqual(['a.example 30 A 192.0.2.1'])
})

test('the oldest makes room', async () => {
  const { ask, state } = await cached('30 {\n success 2\n}')
  for (const name of ['a', 'b', 'c', 'b', 'a']) await ask(name)
  expect(state.asked).toBe(4)
})
