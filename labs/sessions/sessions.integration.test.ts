// Real labs on the embedded runtime: what a learner's lab goes through, and what is left of it.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { labdProgram, launchLab, readLabConfig } from '../labd/client.ts'
import type { LabSnapshot } from '../spec/lab.ts'
import { labFolder } from '../system/folders.ts'
import { readInstallation } from '../system/installation.ts'
import { isAlive, type ProcessIdentity, signalProcess, waitUntilGone } from '../system/processes.ts'
import { readEvents } from './event-reader.ts'
import type { LabClient, Sessions } from './sessions.ts'
import { type OwnFolders, openOwnFolders, whyNoLabs } from './testing/own-folders.ts'

const reason = whyNoLabs()
if (reason) console.warn(`skipped: ${reason}`)
const learner = 'local'
const request = { scenarioId: 'sd-selector-typo', begin: 'broken', runtime: 'auto', locale: 'en', learner } as const

let own: OwnFolders
let sessions: Sessions
beforeAll(async () => {
  if (reason) return
  own = await openOwnFolders()
  sessions = own.createSessions()
})
afterAll(async () => {
  await own?.close()
})

async function waitFor(client: LabClient, isDone: (snapshot: LabSnapshot) => boolean): Promise<LabSnapshot> {
  const snapshot = await client.request({ op: 'snapshot' })
  if (isDone(snapshot)) return snapshot
  return new Promise((resolve, reject) => {
    client.onPush((message) => {
      if (message.op === 'snapshot' && isDone(message.snapshot)) resolve(message.snapshot)
    })
    client.request({ op: 'subscribe' }).then((now) => isDone(now) && resolve(now), reject)
    void client.closed.then(() => reject(new Error('the lab is gone')))
  })
}
async function startReady(begin: 'broken' | 'healthy' = 'broken', from = sessions) {
  const { labId } = await from.start({ ...request, begin })
  const client = await from.connect(labId, { learner, locale: 'en' })
  const snapshot = await waitFor(client, ({ state }) => state === begin || state === 'failed')
  expect(snapshot.failure).toBeUndefined()
  return { labId, client, snapshot }
}
/** Collects a terminal's output, acknowledging as a page does. */
function collect(client: LabClient, terminalId: string, startSeq = 0) {
  const seen = { text: '', nextSeq: startSeq, gaps: 0 }
  client.onPush((message, tail) => {
    if (message.op !== 'output' || message.terminalId !== terminalId) return
    if (message.seq !== seen.nextSeq) seen.gaps++
    seen.nextSeq = message.seq + tail.length
    seen.text = (seen.text + tail.toString('latin1')).slice(-200_000)
    void client.request({ op: 'terminal.ack', terminalId, seq: seen.nextSeq }).catch(() => undefined)
  })
  return seen
}
async function run(client: LabClient, target: string, ...argv: string[]): Promise<{ code: number; stdout: string }> {
  let stdout = ''
  let execId = ''
  const exit = new Promise<number>((resolve) => {
    client.onPush((message, tail) => {
      if (message.op === 'exec.out' && message.execId === execId && message.stream === 'stdout') {
        stdout += tail
        void client.request({ op: 'exec.ack', execId, bytes: tail.length })
      }
      if (message.op === 'exec.exit' && message.execId === execId) resolve(message.code)
    })
  })
  execId = (await client.request({ op: 'exec', target, argv, stdin: false })).execId
  return { code: await exit, stdout }
}
/** A launch whose sandbox has nothing to run. */
function brokenLaunch() {
  const { root, dist, build } = readInstallation()
  const scenarioFolder = `${root}/labs/scenarios/sd-selector-typo`
  const limits = { idleMinutes: 1, memoryMB: 1024, logLevel: 'info', forProof: false } as const
  return {
    scenarioId: request.scenarioId,
    scenarioFolder,
    runtime: 'embedded',
    locale: 'en',
    begin: 'broken',
    ...limits,
    build,
    assets: '/nonexistent',
    program: labdProgram(dist),
  } as const
}
/** Processes of this machine that descend from `pid`, itself included. */
function descendants(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {} // it has just ended
  }
  const found = new Set([pid])
  for (let size = 0; size !== found.size; ) {
    size = found.size
    for (const [child, parent] of parents) if (found.has(parent)) found.add(child)
  }
  return [...found]
}

describe.skipIf(reason)('labs', () => {
  test('a lab starts broken with a shell in it; two clients share it, and a reconnect loses and doubles nothing', async () => {
    const { labId, client, snapshot } = await startReady()
    expect(snapshot.steps.every((step) => step.state === 'done')).toBe(true)
    expect(snapshot.ticket?.body).toBeTruthy()
    expect(snapshot.targets.map(({ target }) => target)).toEqual(expect.arrayContaining(['laptop', 'node/worker', 'pod/client']))
    const terminalId = snapshot.terminals[0]?.id as string
    const two = await sessions.connect(labId, { learner, locale: 'zh-CN' })
    const [a, b] = [collect(client, terminalId), collect(two, terminalId)]
    for (const each of [client, two]) await each.request({ op: 'terminal.attach', terminalId, fromSeq: 0 })
    const input = (inputSeq: number, text: string, from = client) =>
      from.request({ op: 'terminal.input', terminalId, clientId: 'tab-1', inputSeq }, Buffer.from(text))
    await input(1, 'echo one-$((1+1))\r')
    await expect.poll(() => [a.text, b.text].map((text) => text.includes('one-2'))).toEqual([true, true])

    two.close()
    await input(2, 'echo gap-$((2+2))\r')
    await expect.poll(() => a.text).toContain('gap-4')
    const again = await sessions.connect(labId, { learner, locale: 'en' })
    const c = collect(again, terminalId, b.nextSeq)
    expect(await again.request({ op: 'terminal.attach', terminalId, fromSeq: b.nextSeq })).toEqual({ startSeq: b.nextSeq })
    // what was typed while nobody answered is sent again: it is typed once
    await input(2, 'echo gap-$((2+2))\r', again)
    await input(3, 'echo end-$((3+3))\r', again)
    await expect.poll(() => c.text).toContain('end-6')
    await expect.poll(() => a.text).toContain('end-6')
    expect(b.text + c.text).toBe(a.text)
    expect(a.text.match(/gap-4/g)).toHaveLength(1)
    expect(a.gaps + b.gaps + c.gaps).toBe(0)
    await expect
      .poll(async () => (await client.request({ op: 'snapshot' })).commands?.map(({ command }) => command))
      .toEqual(['echo one-$((1+1))', 'echo gap-$((2+2))', 'echo end-$((3+3))'])
    client.close()
    again.close()
  })

  test('starting again gives the running lab; somebody else cannot touch it', async () => {
    const [first] = sessions.list(learner)
    expect(await sessions.start(request)).toEqual({ labId: first?.labId, resumed: true, runtime: 'embedded' })
    await expect(sessions.connect(first?.labId as string, { learner: 'mallory', locale: 'en' })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(sessions.stop(first?.labId as string, 'mallory')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(own.createSessions({ maxLabs: 1 }).start({ ...request, learner: 'mallory' })).rejects.toMatchObject({ code: 'lab-limit' })
    await expect(sessions.start({ ...request, scenarioId: 'sd-selector-tpyo' })).rejects.toMatchObject({ code: 'scenario-unknown' })
  })

  test('another program finds the lab by its folder, and Ctrl-C ends a flood at once', async () => {
    const other = own.createSessions()
    const [lab] = other.list(learner)
    const client = await other.connect(lab?.labId as string, { learner, locale: 'en' })
    const { terminalId } = await client.request({ op: 'terminal.open', target: 'node/worker', cols: 100, rows: 30 })
    const seen = collect(client, terminalId)
    await client.request({ op: 'terminal.attach', terminalId, fromSeq: 0 })
    const input = (inputSeq: number, text: string) =>
      client.request({ op: 'terminal.input', terminalId, clientId: 'flood', inputSeq }, Buffer.from(text))
    await input(1, 'yes flood\r')
    await expect.poll(() => seen.nextSeq).toBeGreaterThan(1 << 20)
    const startedMs = performance.now()
    await input(2, '\x03')
    await expect.poll(() => /\^C[\s\S]*worker:~# $/.test(seen.text), { interval: 5 }).toBe(true)
    expect(performance.now() - startedMs).toBeLessThan(1000)
    expect(seen.gaps).toBe(0)
    client.close()
  })

  test('hints open one by one; a reset gives the broken lab again with its terminals', async () => {
    const [lab] = sessions.list(learner)
    const client = await sessions.connect(lab?.labId as string, { learner, locale: 'en' })
    await expect(client.request({ op: 'hint', n: 2 })).rejects.toMatchObject({ code: 'bad-request' })
    await client.request({ op: 'hint', n: 1 })
    await run(client, 'laptop', 'kubectl', 'delete', 'service', 'web')
    const before = await client.request({ op: 'snapshot' })
    await client.request({ op: 'reset' })
    const after = await client.request({ op: 'snapshot' })
    expect(after).toMatchObject({ state: 'broken', resets: 1, hints: { open: [expect.any(String)] } })
    expect(after.terminals.map(({ id, exited }) => [id, exited])).toEqual(before.terminals.map(({ id }) => [id, false]))
    expect(await run(client, 'laptop', 'kubectl', 'get', 'service', 'web', '-o', 'jsonpath={.spec.selector.app}')).toEqual({
      code: 0,
      stdout: 'wbe',
    })
    await expect(client.request({ op: 'break' })).rejects.toMatchObject({ code: 'lab-state' })
    await expect(client.request({ op: 'proof.resync' })).rejects.toMatchObject({ code: 'forbidden' })
    client.close()
  })

  test('a lab solved with commands is solved in the store, with what was typed', async () => {
    const [lab] = sessions.list(learner)
    const labId = lab?.labId as string
    const client = await sessions.connect(labId, { learner, locale: 'en' })
    await waitFor(client, ({ tasks }) => tasks.some(({ state }) => state === 'fail'))
    const fix = '{"spec":{"selector":{"app":"web"}}}'
    expect((await run(client, 'laptop', 'kubectl', 'patch', 'service', 'web', '-p', fix)).code).toBe(0)
    const solved = await waitFor(client, ({ state }) => state === 'solved')
    expect(solved.debrief).toMatchObject({ hints: 1, resets: 1 })
    await sessions.sweep()
    expect(await own.store.solved(learner)).toMatchObject([{ scenarioId: 'sd-selector-typo', times: 1 }])
    expect((await own.store.commands(labId)).map(({ command }) => command)).toContain(`kubectl patch service web -p '${fix}'`)
    client.close()
    await sessions.stop(labId, learner)
    expect(existsSync(labFolder(labId))).toBe(false)
    expect(await own.store.attempt(labId)).toMatchObject({ endReason: 'stopped', hints: 1, resets: 1 })
  })

  test('kill -9 of the lab process leaves no process, folder or link behind, and only that lab is lost', async () => {
    const linksBefore = execFileSync('ip', ['-o', 'link']).toString()
    const { labId, client } = await startReady('healthy')
    const identity = readLabConfig(labFolder(labId)).process as { pid: number; startTicks?: number }
    const family = descendants(identity.pid).filter((pid) => pid !== identity.pid)
    expect(family.length).toBeGreaterThan(5)
    signalProcess(identity, 'SIGKILL')
    await client.closed
    await waitUntilGone(identity, 5000)
    await expect.poll(() => family.filter((pid) => isAlive({ pid })), { timeout: 5000 }).toEqual([])
    await sessions.sweep()
    expect(existsSync(labFolder(labId))).toBe(false)
    expect(await own.store.attempt(labId)).toMatchObject({ endReason: 'lost' })
    expect(execFileSync('ip', ['-o', 'link']).toString()).toBe(linksBefore)
    await expect(sessions.connect(labId, { learner, locale: 'en' })).rejects.toMatchObject({ code: 'lab-unknown' })
  })

  test('a healthy lab is broken by its reader, and by who asks for the exercise', async () => {
    const { labId, client, snapshot } = await startReady('healthy')
    expect([snapshot.ticket, snapshot.tasks]).toEqual([undefined, []])
    await expect(client.request({ op: 'hint', n: 1 })).rejects.toMatchObject({ code: 'lab-state' })
    expect(await sessions.start(request)).toEqual({ labId, resumed: true, runtime: 'embedded' })
    expect(await client.request({ op: 'snapshot' })).toMatchObject({ state: 'broken', ticket: { body: expect.any(String) } })
    client.close()
    await sessions.stop(labId, learner)
  })

  test('an idle lab says so and ends; SIGTERM ends one in order', async () => {
    const impatient = own.createSessions({ idleMinutes: 0.08 })
    const { labId, client, snapshot } = await startReady('healthy', impatient)
    expect(snapshot.warnAt).toBeLessThan(snapshot.expiresAt)
    const ended = await waitFor(client, ({ state }) => state === 'stopped')
    expect(ended.failure).toMatchObject({ code: 'timeout' })
    await client.closed
    await expect.poll(() => impatient.list(learner)).toEqual([])
    await impatient.sweep()
    expect(await own.store.attempt(labId)).toMatchObject({ endReason: 'idle' })

    const next = await startReady('healthy')
    const identity = readLabConfig(labFolder(next.labId)).process as { pid: number }
    signalProcess(identity, 'SIGTERM')
    expect(await waitUntilGone(identity, 5000)).toBe(true)
    await sessions.sweep()
    expect(await own.store.attempt(next.labId)).toMatchObject({ endReason: 'stopped' })
  })

  test('a lab that is stopping is not taken up: whoever starts gets a new one', async () => {
    const { labId, client } = await startReady('healthy')
    const identity = readLabConfig(labFolder(labId)).process as ProcessIdentity
    client.request({ op: 'stop' }).catch(() => undefined)
    await client.request({ op: 'snapshot' }).catch(() => undefined) // answered after the stop was taken
    expect(readEvents(labFolder(labId), 0).events.map(({ type }) => type)).toContain('stopping')
    expect(sessions.list(learner).filter(({ state }) => state !== 'stopping' && state !== 'stopped')).toEqual([])
    const next = await sessions.start(request)
    expect([next.resumed, next.labId === labId, isAlive(identity)]).toEqual([false, false, false])
    await sessions.stop(next.labId, learner)
  })

  test('a lab process that hangs is ended before a page gives up waiting', async () => {
    const { labId, client } = await startReady('healthy')
    const identity = readLabConfig(labFolder(labId)).process as ProcessIdentity
    const family = descendants(identity.pid)
    signalProcess(identity, 'SIGSTOP')
    client.close()
    const startedMs = performance.now()
    await sessions.stop(labId, learner)
    expect(performance.now() - startedMs).toBeLessThan(13_000)
    await expect.poll(() => family.filter((pid) => isAlive({ pid })), { timeout: 5000 }).toEqual([])
    expect(existsSync(labFolder(labId))).toBe(false)
  })

  test('a lab of another build can be listed and stopped, nothing else', async () => {
    const { labId, client } = await startReady('healthy')
    client.close()
    const config = readLabConfig(labFolder(labId))
    const { connectToLab } = await import('../labd/client.ts')
    const stranger = await connectToLab(labId, { locale: 'en', build: `not ${config.build}` })
    await expect(stranger.request({ op: 'reset' })).rejects.toMatchObject({ code: 'build-mismatch' })
    await stranger.request({ op: 'stop' })
    await stranger.closed
  })

  test('a lab that is stopped while it starts leaves nothing', async () => {
    const { labId } = await sessions.start(request)
    const identity = readLabConfig(labFolder(labId)).process as { pid: number }
    await sessions.stop(labId, learner)
    expect(isAlive(identity)).toBe(false)
    expect(existsSync(labFolder(labId))).toBe(false)
  })

  test('a lab that cannot come up says why until it is stopped', async () => {
    const { labId } = launchLab({ ...brokenLaunch(), learner })
    const client = await sessions.connect(labId, { learner, locale: 'en' })
    const failed = await waitFor(client, ({ state }) => state === 'failed')
    expect(failed.failure).toMatchObject({ message: expect.any(String), logs: expect.stringContaining('lab failed') })
    expect(failed.steps[0]?.state).toBe('failed')
    await expect(client.request({ op: 'terminal.open', target: 'laptop', cols: 80, rows: 24 })).rejects.toMatchObject({ code: 'lab-state' })
    client.close()
    await sessions.stop(labId, learner)
    expect(await own.store.attempt(labId)).toMatchObject({ endReason: 'failed' })
  })

  test('a lab that uses too much memory is ended, with the reason', async () => {
    const { labId, client } = await startReady('healthy', own.createSessions({ memoryMB: { embedded: 128, kind: 4096 } }))
    const hungry = run(client, 'node/worker', 'python3', '-c', "x = b'x' * 200_000_000; import time; time.sleep(30)").catch(() => undefined)
    const ended = await waitFor(client, ({ state }) => state === 'stopped')
    expect(ended.failure).toMatchObject({ code: 'lab-limit', message: expect.stringContaining('128 MB') })
    await client.closed
    await Promise.race([hungry, client.closed])
    await expect.poll(() => sessions.list(learner)).toEqual([])
    await sessions.sweep()
    expect(await own.store.attempt(labId)).toMatchObject({ endReason: 'memory' })
  })
})
