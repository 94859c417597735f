// Real sockets, real labs: who may speak, what is refused, and a page that loses its server and comes back.
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { io as connect, type Socket } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readLabConfig } from '../labd/client.ts'
import { type OwnFolders, openOwnFolders, whyNoLabs } from '../sessions/testing/own-folders.ts'
import type { LabSnapshot } from '../spec/lab.ts'
import type { NetworkMap } from '../spec/map.ts'
import type { Ack, ClientEvent, ClientEventName, CommandSeen } from '../spec/socket.ts'
import { labFolder } from '../system/folders.ts'
import { silentLog } from '../system/log.ts'
import { signalProcess } from '../system/processes.ts'
import { attachGateway, type GatewayServer, gatewayServerOptions } from './gateway.ts'
import { issueCookie } from './identity.ts'

const reason = whyNoLabs()
if (reason) console.warn(`skipped: ${reason}`)

/** A web server with nothing but the gateway; dying takes its sockets with it and leaves the labs. */
async function serve(own: OwnFolders, port = 0): Promise<{ port: number; die(): Promise<void> }> {
  const http: HttpServer = createServer()
  const io: GatewayServer = new Server(http, gatewayServerOptions())
  const letGo = attachGateway(io, { sessions: own.createSessions(), log: silentLog })
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve))
  return {
    port: (http.address() as AddressInfo).port,
    async die() {
      letGo()
      await io.close()
    },
  }
}

let own: OwnFolders
let web: Awaited<ReturnType<typeof serve>>
const pages: Socket[] = []
beforeAll(async () => {
  if (reason) return
  own = await openOwnFolders()
  web = await serve(own)
})
afterEach(() => {
  for (const page of pages.splice(0)) page.disconnect()
})
afterAll(async () => {
  await web?.die()
  await own?.close()
})

const ownCookie = issueCookie().split(';')[0] as string
function open(headers: Record<string, string> = {}): Socket {
  const page = connect(`http://127.0.0.1:${web.port}`, {
    transports: ['websocket'],
    reconnectionDelay: 50,
    extraHeaders: { cookie: ownCookie, ...headers },
  })
  pages.push(page)
  return page
}
const connected = (page: Socket): Promise<boolean> =>
  new Promise((resolve) => {
    page.once('connect', () => resolve(true))
    page.once('connect_error', () => resolve(false))
  })
async function ask<N extends ClientEventName>(page: Socket, name: N, payload: ClientEvent<N>): Promise<unknown> {
  const ack: Ack<unknown> = await page.timeout(10_000).emitWithAck(name, payload)
  if (!ack.ok) throw ack.error
  return ack.value
}
function watchTerminal(page: Socket, terminalId: string, startSeq = 0) {
  const seen = { text: '', nextSeq: startSeq, gaps: 0 }
  page.on('term.output', (output: { terminalId: string; seq: number; data: Buffer }) => {
    if (output.terminalId !== terminalId) return
    if (output.seq !== seen.nextSeq) seen.gaps++
    seen.nextSeq = output.seq + output.data.length
    seen.text += Buffer.from(output.data).toString()
  })
  return seen
}
async function startBroken(page: Socket): Promise<{ labId: string; snapshot: LabSnapshot }> {
  const { labId } = (await ask(page, 'lab.start', { scenarioId: 'sd-selector-typo', begin: 'broken', locale: 'en' })) as { labId: string }
  let snapshot: LabSnapshot | undefined
  page.on('lab.snapshot', (next: LabSnapshot) => {
    snapshot = next
  })
  snapshot = (await ask(page, 'lab.watch', { labId, locale: 'en' })) as LabSnapshot
  await expect.poll(() => snapshot?.state, { timeout: 15_000 }).toBe('broken')
  return { labId, snapshot: snapshot as LabSnapshot }
}

describe.skipIf(reason)('gateway', () => {
  test('a page runs a command and is told what it printed, with an end to its time and its size', async () => {
    const page = open()
    const { labId } = await startBroken(page)
    const run = async (target: string, command: string) => {
      const ack = (await page.timeout(30_000).emitWithAck('lab.run', { labId, target, command })) as Ack<CommandSeen>
      if (!ack.ok) throw ack.error
      return ack.value
    }
    expect(await run('pod/client', 'echo out; echo err >&2; exit 3')).toEqual({
      output: expect.stringMatching(/^(out\nerr|err\nout)\n$/),
      cut: false,
      exitCode: 3,
    })
    expect((await run('laptop', 'kubectl get pods -o wide')).output).toContain('client')
    const endless = await run('node/worker', 'yes')
    expect(endless.cut).toBe(true)
    expect(endless).not.toHaveProperty('exitCode')
    expect(endless.output).toHaveLength(16 << 10)
    expect((await run('node/worker', 'pgrep -x yes; true')).output).toBe('')
    await expect(run('pod/nobody', 'true')).rejects.toMatchObject({ code: 'target-unknown' })
    await ask(page, 'lab.stop', { labId })
  })

  test('strangers do not get in: no cookie, another site, another name', async () => {
    expect(await connected(open())).toBe(true)
    expect(await connected(open({ cookie: '' }))).toBe(false)
    expect(await connected(open({ origin: 'http://evil.example' }))).toBe(false)
    expect(await connected(open({ host: 'evil.example', origin: 'http://evil.example' }))).toBe(false)
  })

  test('what is malformed is refused by name and changes nothing', async () => {
    const page = open()
    const refused = (name: string, payload: unknown) => page.timeout(5000).emitWithAck(name, payload)
    const bad = { ok: false, error: expect.objectContaining({ code: 'bad-request' }) }
    expect(await refused('lab.start', { scenarioId: '../../etc', begin: 'broken', locale: 'en' })).toEqual(bad)
    expect(await refused('lab.start', undefined)).toEqual(bad)
    expect(await refused('lab.watch', { labId: 'x', locale: 'en' })).toEqual(bad)
    expect(await refused('lab.stop', { labId: 'aaaaaaaa', force: true })).toEqual(bad)
    expect(await refused('term.resize', { labId: 'aaaaaaaa', terminalId: 't1', cols: 1e9, rows: 3 })).toEqual(bad)
    expect(await refused('no.such.event', {})).toEqual(bad)
    expect(await refused('lab.watch', { labId: 'aaaaaaaa', locale: 'en' })).toMatchObject({ ok: false, error: { code: 'lab-unknown' } })
    expect(await ask(page, 'lab.list', {})).toEqual([])
    page.emit('lab.list') // no acknowledgement wanted: that is no error either
    expect(await ask(page, 'lab.list', {})).toEqual([])
  })

  test('a page types, loses its server, and comes back to the same shell', async () => {
    const page = open()
    const { labId, snapshot } = await startBroken(page)
    const terminalId = snapshot.terminals[0]?.id as string
    const seen = watchTerminal(page, terminalId)
    await ask(page, 'term.attach', { labId, terminalId, fromSeq: 0 })
    const input = (from: Socket, inputSeq: number, data: string) =>
      ask(from, 'term.input', { labId, terminalId, clientId: 'tab-00000001', inputSeq, data })
    await input(page, 1, 'x=kept; echo one-$((1+1))\r')
    await expect.poll(() => seen.text).toContain('one-2')

    const { port } = web
    await web.die()
    web = await serve(own, port)
    page.connect()
    await connected(page)
    const fromSeq = seen.nextSeq
    expect(await ask(page, 'term.attach', { labId, terminalId, fromSeq })).toEqual({ startSeq: fromSeq })
    await input(page, 1, 'x=kept; echo one-$((1+1))\r')
    await input(page, 2, 'echo two-$x\r')
    await expect.poll(() => seen.text).toContain('two-kept')
    expect([seen.gaps, seen.text.match(/one-2/g)?.length]).toEqual([0, 1])
  })

  test('a second tab, another learner, and moves of the lab', async () => {
    const page = open()
    const { labId } = await startBroken(page)
    expect(await ask(page, 'lab.list', {})).toMatchObject([{ labId, scenarioId: 'sd-selector-typo', state: 'broken' }])
    // the same machine is the same learner, whatever the cookie; elsewhere a cookie is a learner
    const other = open({ host: '10.1.2.3', cookie: issueCookie().split(';')[0] as string })
    await expect(ask(other, 'lab.watch', { labId, locale: 'en' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(ask(other, 'lab.stop', { labId })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await ask(other, 'lab.list', {})).toEqual([])
    const translated = (await ask(page, 'lab.watch', { labId, locale: 'zh-CN' })) as LabSnapshot
    expect(translated.locale).toBe('zh-CN')
    await ask(page, 'lab.hint', { labId, n: 1 })
    await expect(ask(page, 'lab.break', { labId })).rejects.toMatchObject({ code: 'lab-state' })
    await ask(page, 'lab.stay', { labId })
    const { terminalId } = (await ask(page, 'term.open', { labId, target: 'pod/client', cols: 90, rows: 20 })) as { terminalId: string }
    const exits: number[] = []
    page.on('term.exit', ({ code }: { code: number }) => exits.push(code))
    await ask(page, 'term.attach', { labId, terminalId, fromSeq: 0 })
    await ask(page, 'term.input', { labId, terminalId, clientId: 'tab-00000002', inputSeq: 1, data: 'exit 4\r' })
    await expect.poll(() => exits).toEqual([4])
    await ask(page, 'term.close', { labId, terminalId })
    await expect(ask(page, 'term.attach', { labId, terminalId, fromSeq: 0 })).rejects.toMatchObject({ code: 'terminal-unknown' })
  })

  test('a page that looks at the map is sent it, then what it carries and what changes, until it looks away', async () => {
    const page = open()
    const { labId } = await startBroken(page)
    const maps: NetworkMap[] = []
    let seconds = 0
    page.on('map', (message: { labId: string; map: NetworkMap }) => message.labId === labId && maps.push(message.map))
    page.on('map.traffic', () => seconds++)
    const first = (await ask(page, 'map.watch', { labId })) as NetworkMap
    expect(first.places.map(({ place }) => place)).toContain('pod/client')
    await expect.poll(() => seconds, { timeout: 5000 }).toBeGreaterThan(0)
    const { terminalId } = (await ask(page, 'term.open', { labId, target: 'laptop', cols: 90, rows: 20 })) as { terminalId: string }
    const type = (inputSeq: number, data: string) =>
      ask(page, 'term.input', { labId, terminalId, clientId: 'tab-00000003', inputSeq, data })
    const addresses = () =>
      maps
        .at(-1)
        ?.places.find(({ place }) => place === 'laptop')
        ?.interfaces.flatMap((one) => one.addresses)
    await type(1, 'ip addr add 192.0.2.9/32 dev eth0\r')
    await expect.poll(addresses, { timeout: 5000 }).toContain('192.0.2.9/32')
    await ask(page, 'map.unwatch', { labId })
    const told = maps.length
    await type(2, 'ip addr del 192.0.2.9/32 dev eth0\r')
    const again = (await ask(page, 'map.watch', { labId })) as NetworkMap
    expect(maps.length).toBe(told)
    expect(again.places.length).toBe(first.places.length)
    const other = open({ host: '10.1.2.3', cookie: issueCookie().split(';')[0] as string })
    await expect(ask(other, 'map.watch', { labId })).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('every page that watches is told when the lab is gone, and why', async () => {
    const page = open()
    const { labId } = await startBroken(page)
    const gone: { labId: string; error: { code: string } }[] = []
    page.on('lab.gone', (message) => gone.push(message))
    signalProcess(readLabConfig(labFolder(labId)).process as { pid: number }, 'SIGKILL')
    await expect.poll(() => gone).toMatchObject([{ labId, error: { code: 'connection-lost' } }])
    await expect(ask(page, 'lab.reset', { labId })).rejects.toMatchObject({ code: 'lab-unknown' })

    const again = await startBroken(page)
    await ask(page, 'lab.stop', { labId: again.labId })
    await expect.poll(() => gone[1]).toMatchObject({ labId: again.labId, error: { code: 'lab-state' } })
  })

  test('starting labs without end is refused', async () => {
    const page = open()
    const answers: Ack<unknown>[] = await Promise.all(
      Array.from({ length: 12 }, () =>
        page.timeout(30_000).emitWithAck('lab.start', { scenarioId: 'no-such-lab', begin: 'broken', locale: 'en' }),
      ),
    )
    expect(new Set(answers.map((answer) => (answer.ok ? 'ok' : answer.error.code)))).toEqual(new Set(['scenario-unknown', 'lab-busy']))
  })
})
