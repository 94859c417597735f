// Every event of the page's socket with payloads that cannot be: each is refused by name, nothing changes, and the socket goes on.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { io as connect, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OwnFolders, openOwnFolders, whyNoLabs } from '../sessions/testing/own-folders.ts'
import { type Ack, type ClientEventName, clientEvents } from '../spec/socket.ts'
import { silentLog } from '../system/log.ts'
import { attachGateway, type GatewayServer, gatewayServerOptions } from './gateway.ts'
import { issueCookie } from './identity.ts'

const reason = whyNoLabs()
if (reason) console.warn(`skipped: ${reason}`)

let own: OwnFolders
let page: Socket
let close: () => Promise<void>
beforeAll(async () => {
  if (reason) return
  own = await openOwnFolders()
  const http = createServer()
  const io: GatewayServer = new Server(http, gatewayServerOptions())
  const letGo = attachGateway(io, { sessions: own.createSessions(), log: silentLog })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  close = async () => {
    letGo()
    await io.close()
  }
  page = await open((http.address() as AddressInfo).port)
})
afterAll(async () => {
  page?.disconnect()
  await close?.()
  await own?.close()
})
async function open(port: number): Promise<Socket> {
  const socket = connect(`http://127.0.0.1:${port}`, {
    transports: ['websocket'],
    extraHeaders: { cookie: issueCookie().split(';')[0] as string },
  })
  await new Promise((resolve) => socket.once('connect', () => resolve(undefined)))
  return socket
}
const ask = (name: string, ...payload: unknown[]): Promise<Ack<unknown>> => page.timeout(5000).emitWithAck(name, ...payload)

/** What is right for some event; each test spoils one of its fields. */
const good: Record<string, unknown> = {
  labId: 'aaaaaaaa',
  scenarioId: 'sd-selector-typo',
  begin: 'broken',
  runtime: 'auto',
  locale: 'en',
  n: 1,
  checkId: 'web-answers',
  text: 'x',
  target: 'laptop',
  terminalId: 't1',
  cols: 80,
  rows: 24,
  fromSeq: 0,
  clientId: 'tab-00000001',
  inputSeq: 1,
  data: 'x',
  seq: 0,
}
const wrong: unknown[] = [null, -1, 1.5, true, [], {}, ['aaaaaaaa'], { toString: 'x' }, '\u0000', 'x'.repeat(70_000), 1e300]
const events = Object.keys(clientEvents) as ClientEventName[]
const fieldsOf = (name: ClientEventName) => Object.keys(clientEvents[name].shape)

describe.skipIf(reason)('the page socket', () => {
  test.each(events)('%s', async (name) => {
    const whole = Object.fromEntries(fieldsOf(name).map((field) => [field, good[field]]))
    const optional = new Set(['runtime'])
    const payloads: unknown[] = ['x', 7, [], null, { ...whole, extra: 1 }]
    for (const field of fieldsOf(name)) {
      const { [field]: _, ...without } = whole
      if (!optional.has(field)) payloads.push(without)
      for (const value of wrong)
        if (!clientEvents[name].safeParse({ ...whole, [field]: value }).success) payloads.push({ ...whole, [field]: value })
    }
    for (const payload of payloads) {
      const answer = await ask(name, payload)
      const words = JSON.stringify(payload)?.slice(0, 200)
      expect(answer, words).toMatchObject({ ok: false, error: { code: 'bad-request', message: expect.stringContaining(`${name}: `) } })
      expect(JSON.stringify(answer).length, words).toBeLessThan(2000)
    }
    expect(page.connected).toBe(true)
  })

  test('names that are no events, those of every object among them, are answered', async () => {
    for (const name of ['nothing', 'constructor', 'toString', '__proto__', 'hasOwnProperty', 'x'.repeat(5000)]) {
      const answer = await ask(name, {})
      expect(answer).toMatchObject({ ok: false, error: { code: 'bad-request', message: expect.stringMatching(/^There is no event "/) } })
      expect(JSON.stringify(answer).length).toBeLessThan(200)
    }
  })

  test('nothing of all this has made a lab', async () => {
    expect(own.createSessions().list()).toEqual([])
  })

  test('a flood is slowed down with an answer to each; a message that is too large ends the connection', async () => {
    const answers = await Promise.all(Array.from({ length: 500 }, () => ask('lab.stay', { labId: 'aaaaaaaa' })))
    const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.error.code))
    expect(new Set(codes)).toEqual(new Set(['lab-unknown', 'lab-busy']))
    expect(codes.filter((code) => code === 'lab-busy').length).toBeGreaterThan(300)
    const gone = new Promise((resolve) => page.once('disconnect', resolve))
    page.emit('term.input', { data: 'x'.repeat(300 << 10) })
    expect(await gone).toMatch(/transport/)
  })
})
