// The pool with real clusters of the embedded runtime: spares that become labs, are fought over, die, are of another build; keepers that are killed.
import { existsSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connectToLab, labdProgram, launchSpare, type SpareRequest } from '../labd/client.ts'
import type { LabSnapshot } from '../spec/lab.ts'
import { labFolder } from '../system/folders.ts'
import { readInstallation } from '../system/installation.ts'
import { isAlive, type ProcessIdentity, signalProcess, waitUntilGone } from '../system/processes.ts'
import { findLab, findLabs } from './lab-folders.ts'
import type { LabClient, Sessions } from './sessions.ts'
import { nowTicks, survivorsOf, takeHousehold } from './testing/census.ts'
import { runInLab } from './testing/lab-command.ts'
import { type OwnFolders, openOwnFolders, whyNoLabs } from './testing/own-folders.ts'
import { killNow, spawnPodwire, startWeb } from './testing/programs.ts'

const reason = whyNoLabs()
if (reason) console.warn(`skipped: ${reason}`)
const learner = 'local'
const request = { scenarioId: 'sd-selector-typo', begin: 'broken', runtime: 'auto', locale: 'en', learner } as const
const patience = { timeout: 15_000, interval: 50 }

let own: OwnFolders
const keepers: Sessions[] = []
beforeAll(async () => {
  if (!reason) own = await openOwnFolders()
})
afterEach(async () => {
  for (const keeper of keepers.splice(0)) await keeper.close()
  if (!reason) await own.createSessions().stopAll()
})
afterAll(async () => {
  await own?.close()
})

const spares = () => findLabs().filter(({ alive, spare }) => alive && spare)
const readySpare = () => expect.poll(() => spares().find(({ spare }) => spare?.readyAt)?.labId, patience).toBeTruthy()
async function keep(wanted: number, environment: Parameters<OwnFolders['createSessions']>[0] = {}): Promise<Sessions> {
  const sessions = own.createSessions(environment)
  keepers.push(sessions)
  await sessions.keepPool({ wanted, runtime: 'embedded' })
  return sessions
}
/** The lab once it is as wanted, or has failed. */
async function reached(client: LabClient, state: LabSnapshot['state'] = 'broken'): Promise<LabSnapshot> {
  const snapshot = await new Promise<LabSnapshot>((resolve, reject) => {
    const look = (now: LabSnapshot) => (now.state === state || now.state === 'failed') && resolve(now)
    client.onPush((message) => message.op === 'snapshot' && look(message.snapshot))
    client.request({ op: 'subscribe' }).then(look, reject)
    void client.closed.then(() => reject(new Error('the lab process is gone')))
  })
  expect(snapshot.failure).toBeUndefined()
  return snapshot
}
const connect = (sessions: Sessions, labId: string, who = learner) => sessions.connect(labId, { learner: who, locale: 'en' })
function spareRequest(change: Partial<SpareRequest> = {}): SpareRequest {
  const { build, assets, dist } = readInstallation()
  return { runtime: 'embedded', memoryMB: 1024, logLevel: 'info', build, assets, program: labdProgram(dist), ...change }
}

describe.skipIf(reason)('the pool', () => {
  test('a ready spare becomes the lab, with the hosts of its scenario, and the next is made', async () => {
    const sessions = await keep(1)
    await readySpare()
    const [spare] = spares()
    expect(sessions.list()).toEqual([])
    await expect(connect(sessions, spare?.labId as string)).rejects.toMatchObject({ code: 'lab-unknown' })
    await expect(sessions.stop(spare?.labId as string, learner)).rejects.toMatchObject({ code: 'lab-unknown' })
    expect(await sessions.status('en')).toMatchObject({ pool: { wanted: 1, kept: true, spares: [{ state: 'ready' }], failures: [] } })

    const started = await sessions.start({ ...request, scenarioId: 'out-masquerade-missing' })
    expect(started).toEqual({ labId: spare?.labId, resumed: false, runtime: 'embedded' })
    const client = await connect(sessions, started.labId)
    const snapshot = await reached(client)
    expect(snapshot.steps.map(({ id }) => id)).toEqual(['pool-ready', 'hosts', 'workloads', 'exercise', 'terminal'])
    expect(snapshot.readyMs).toBeGreaterThan(0)
    const hosts = snapshot.targets.filter(({ group }) => group === 'host')
    expect(hosts.length).toBeGreaterThan(0)
    const hostName = hosts[0]?.target.replace('host/', '')
    expect(await runInLab(client, hosts[0]?.target as string, 'hostname')).toEqual({ code: 0, stdout: `${hostName}\n` })
    await client.request({ op: 'reset' })
    expect(await runInLab(client, hosts[0]?.target as string, 'hostname')).toEqual({ code: 0, stdout: `${hostName}\n` })
    // nobody may take, or dismiss, what is somebody's
    await expect(client.request({ op: 'dismiss' })).rejects.toMatchObject({ code: 'lab-state' })
    const given = {
      scenarioFolder: '/',
      idleMinutes: 1,
      memoryMB: 500,
      scenarioId: 'x',
      begin: 'broken',
      locale: 'en',
      learner: 'm',
    } as const
    await expect(client.request({ op: 'assign', ...given })).rejects.toMatchObject({ code: 'lab-state' })
    client.close()
    await expect.poll(() => spares().length, patience).toBe(1)
    await sessions.sweep()
    expect(await own.store.attempt(started.labId)).toMatchObject({ scenarioId: 'out-masquerade-missing', resets: 1 })
  })

  test('two starts at once never get the same spare', async () => {
    const sessions = await keep(1)
    await readySpare()
    const spare = spares()[0]?.labId
    const [one, two] = [own.createSessions(), own.createSessions()]
    const started = await Promise.all([one.start({ ...request, learner: 'ann' }), two.start({ ...request, learner: 'bob' })])
    const ids = started.map(({ labId }) => labId)
    expect(new Set(ids).size).toBe(2)
    expect(ids).toContain(spare)
    for (const [index, who] of ['ann', 'bob'].entries()) {
      const client = await connect(sessions, ids[index] as string, who)
      expect((await reached(client)).learner).toBe(who)
      client.close()
    }
  })

  test('a spare that is being made is taken as it is; its steps are shown as they go on', async () => {
    const sessions = await keep(1)
    await expect.poll(() => spares().length, { ...patience, interval: 5 }).toBe(1)
    const spare = spares()[0]
    const { labId } = await sessions.start(request)
    expect(labId).toBe(spare?.labId)
    const client = await connect(sessions, labId)
    const { steps } = await reached(client)
    expect(steps.map(({ id }) => id)).toEqual(
      expect.arrayContaining(
        steps[0]?.id === 'pool-ready' ? ['workloads'] : ['pool-begun', 'sandbox', 'network', 'control-plane', 'nodes', 'dns', 'workloads'],
      ),
    )
    expect(steps.every(({ state }) => state === 'done')).toBe(true)
    client.close()
  })

  test('a spare that is killed leaves nothing, is replaced, and that is told', async () => {
    const sessions = await keep(1)
    await readySpare()
    const victim = spares()[0]
    const identity = victim?.process as ProcessIdentity
    const household = takeHousehold(identity.pid)
    const ticks = nowTicks()
    signalProcess(identity, 'SIGKILL')
    await expect.poll(async () => (await sessions.status('en')).pool?.failures[0]?.error.message ?? '', patience).toContain(victim?.labId)
    await expect.poll(() => survivorsOf(household, ticks), patience).toEqual([])
    await readySpare()
    expect(spares()[0]?.labId).not.toBe(victim?.labId)
    expect(existsSync(labFolder(victim?.labId as string))).toBe(false)
    await expect.poll(async () => (await sessions.status('en')).pool?.failures, patience).toEqual([])
  })

  test('a spare of another build is replaced; one that cannot come up is told with its reason', async () => {
    const foreign = launchSpare(spareRequest({ build: 'another' }))
    await connectToLab(foreign.labId, { locale: 'en', build: 'another' }).then((client) => client.close())
    const broken = launchSpare(spareRequest({ assets: '/nonexistent' }))
    await expect.poll(() => findLab(broken.labId)?.spare?.failed?.message, patience).toBeTruthy()
    const sessions = await keep(1)
    await expect.poll(async () => (await sessions.status('en')).pool?.failures[0]?.error.code, patience).toBeTruthy()
    await readySpare()
    expect(isAlive(foreign.process)).toBe(false)
    expect(spares().map(({ labId }) => labId)).not.toContain(broken.labId)
  })

  test('a full machine: the spare makes room for a lab, and a limit of one does not lock anybody out', async () => {
    const foreign = launchSpare(spareRequest({ build: 'another' }))
    const sessions = own.createSessions({ maxLabs: 1 })
    const { labId } = await sessions.start(request)
    expect(labId).not.toBe(foreign.labId)
    expect(await waitUntilGone(foreign.process, 5000)).toBe(true)
    await sessions.stop(labId, learner)

    const full = await keep(1, { maxLabs: 1 })
    await readySpare()
    expect((await full.start(request)).labId).toBeTruthy()
    await expect.poll(async () => (await full.status('en')).pool?.waiting ?? '', patience).toContain('PODWIRE_MAX_LABS')
    await expect(full.start({ ...request, learner: 'mallory' })).rejects.toMatchObject({ code: 'lab-limit' })
  })

  test('kill -9 of the web process while it makes a spare: the next one keeps that spare; an orderly end ends it, and labs go on', async () => {
    const env = { ...own.env, PODWIRE_WARM: '1', PODWIRE_WARM_RUNTIME: 'embedded' }
    const web = await startWeb(env)
    await expect.poll(() => spares().length, { ...patience, interval: 5 }).toBe(1)
    await killNow(web.child)
    const spare = spares()[0]?.labId
    await readySpare()
    expect((await own.createSessions().status('en')).pool).toMatchObject({ kept: false, spares: [{ labId: spare }] })
    const next = await startWeb(env)
    await expect.poll(async () => (await own.createSessions().status('en')).pool?.kept, patience).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(spares().map(({ labId }) => labId)).toEqual([spare])
    const page = await next.openPage()
    const ack = await page.emitWithAck('lab.start', { ...{ scenarioId: 'sd-selector-typo', begin: 'broken', locale: 'en' } })
    expect(ack).toMatchObject({ ok: true, value: { labId: spare, resumed: false, runtime: 'embedded' } })
    const watched = await page.emitWithAck('status.watch', { locale: 'en' })
    expect(watched).toMatchObject({ ok: true, value: { labs: [{ labId: spare, whose: 'yours' }], pool: { wanted: 1, kept: true } } })
    expect(JSON.stringify(watched)).not.toContain('learner')
    page.disconnect()
    await readySpare()
    next.child.kill('SIGTERM')
    await expect.poll(() => next.child.exitCode, patience).toBe(0)
    expect(spares()).toEqual([])
    expect(findLab(spare as string)).toMatchObject({ alive: true, config: { learner } })
    expect((await own.createSessions().status('en')).pool).toBeUndefined()
  })

  test('spares that nobody keeps are ended by a web process without a pool, and by podwire clean', async () => {
    const left = launchSpare(spareRequest())
    await expect.poll(() => findLab(left.labId)?.spare?.readyAt, patience).toBeTruthy()
    await own.createSessions().keepPool({ wanted: 0, runtime: 'embedded' })
    expect(isAlive(left.process)).toBe(false)
    const another = launchSpare(spareRequest())
    const { code, stdout } = await spawnPodwire(own.env, 'clean', '--json').ran
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { ended: [another.labId] }])
    expect([isAlive(another.process), existsSync(labFolder(another.labId))]).toEqual([false, false])
  })
})
