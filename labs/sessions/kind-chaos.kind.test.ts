// kill -9 of a kind lab's process while it creates, resets and deletes: a sweep leaves nothing of it, in the engine or beside it, and says where the logs
// are. To repeat a failure: PODWIRE_CHAOS_SEED=<the seed it prints>.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readLabConfig } from '../labd/client.ts'
import { createEngine } from '../runtimes/kind/engine.ts'
import { removeLeftovers } from '../runtimes/kind/leftovers.ts'
import { type EngineCensus, nothing, openEngineCensus } from '../runtimes/kind/testing/engine-census.ts'
import { writeProgram } from '../runtimes/kind/testing/programs.ts'
import { findEngine } from '../runtimes/kind/tools.ts'
import type { LabSnapshot } from '../spec/lab.ts'
import { labFolder } from '../system/folders.ts'
import { type ProcessIdentity, waitUntilGone } from '../system/processes.ts'
import type { LabClient, Sessions } from './sessions.ts'
import { type OwnFolders, openOwnFolders } from './testing/own-folders.ts'
import { readProcesses } from './testing/process-table.ts'
import { spawnPodwire } from './testing/programs.ts'
import { chooseSeed, createRandom } from './testing/seeded-random.ts'

const learner = 'local'
const scenarioId = 'sd-selector-typo'
const seed = chooseSeed()
const random = createRandom(seed)

let own: OwnFolders
let sessions: Sessions
let look: (labId: string) => Promise<EngineCensus>
const labs: string[] = []

beforeAll(async () => {
  own = await openOwnFolders({ embedded: { available: true }, kind: { available: true } })
  sessions = own.createSessions()
  const { name, program } = await findEngine()
  look = await openEngineCensus(createEngine(name, program))
})
afterAll(async () => {
  const { name, program } = await findEngine()
  await own?.close()
  for (const labId of labs) await removeLeftovers(createEngine(name, program), labId)
})

interface Victim {
  labId: string
  labd: ProcessIdentity
  client: LabClient
}

async function start(by = learner): Promise<Victim> {
  const { labId } = await sessions.start({ scenarioId, begin: 'broken', runtime: 'kind', locale: 'en', learner: by })
  labs.push(labId)
  const labd = readLabConfig(labFolder(labId)).process as ProcessIdentity
  return { labId, labd, client: await sessions.connect(labId, { learner: by, locale: 'en' }) }
}

/** Rejects when the lab fails first. */
async function until({ client, labId }: Victim, isThere: (snapshot: LabSnapshot) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const see = (snapshot: LabSnapshot) => {
      if (isThere(snapshot)) resolve()
      else if (snapshot.failure) reject(new Error(`${labId}: ${snapshot.failure.message}`))
    }
    client.onPush((message) => message.op === 'snapshot' && see(message.snapshot))
    client.request({ op: 'subscribe' }).then(see, reject)
    void client.closed.then(() => reject(new Error('the lab process is gone')))
  })
}
const runs = (id: string) => (snapshot: LabSnapshot) => snapshot.steps.some((step) => step.id === id && step.state === 'running')

async function kill({ labd }: Victim): Promise<void> {
  process.kill(labd.pid, 'SIGKILL')
  expect(await waitUntilGone(labd, 5000)).toBe(true)
}

async function expectNothingLeft({ labId }: Victim): Promise<void> {
  await expect.poll(() => look(labId), { timeout: 20_000, interval: 500, message: `PODWIRE_CHAOS_SEED=${seed}` }).toEqual(nothing)
  expect(readProcesses().filter(({ command }) => command.includes(labId))).toEqual([])
  expect(existsSync(labFolder(labId))).toBe(false)
}

async function expectLost({ labId }: Victim): Promise<void> {
  const attempt = await own.store.attempt(labId)
  expect(attempt).toMatchObject({ endReason: 'lost', endDetail: expect.stringContaining('The lab process died') })
  const logs = /Logs: (\S+)$/.exec(attempt?.endDetail ?? '')?.[1] ?? ''
  expect(logs).toBe(join(own.env.PODWIRE_STATE_DIR as string, 'logs', `kind-${labId}`))
  expect(readdirSync(logs)).toContain('labd.log')
}

test.each(['node-image', 'nodes', 'control-plane', 'join', 'places'])('kill -9 during create: %s', async (step) => {
  const victim = await start()
  await until(victim, runs(step))
  await delay(random() * 800)
  await kill(victim)
  await sessions.sweep()
  await expectNothingLeft(victim)
  await expectLost(victim)
})

test('kill -9 during reset and during delete; a lab that runs is not deleted from outside', async () => {
  const [reset, stopped] = await Promise.all([start('resets'), start('stops')])
  const isBroken = (snapshot: LabSnapshot) => snapshot.state === 'broken'
  await Promise.all([until(reset, isBroken), until(stopped, isBroken)])

  const podwire = (env: Record<string, string>) => spawnPodwire({ ...own.env, ...env }, 'kind', 'delete', reset.labId).ran
  const refused = { code: 1, stderr: expect.stringContaining(`Lab ${reset.labId} is running.`) }
  expect(await podwire({})).toMatchObject(refused)
  // its folder is not where this one looks
  expect(await podwire({ PODWIRE_RUNTIME_DIR: join(own.folder, 'elsewhere') })).toMatchObject(refused)

  reset.client.request({ op: 'reset' }).catch(() => {}) // the lab is killed meanwhile
  stopped.client.request({ op: 'stop' }).catch(() => {})
  await delay(300 + random() * 1500)
  await Promise.all([kill(reset), kill(stopped)])
  const { code } = await spawnPodwire(own.env, 'clean').ran
  expect(code).toBe(0)
  await expectNothingLeft(reset)
  await expectNothingLeft(stopped)
  await expectLost(reset)
})

test('podwire clean tells of a lab whose folder is lost, and how to remove it', async () => {
  const victim = await start()
  await until(victim, runs('configuration'))
  await kill(victim)
  rmSync(labFolder(victim.labId), { recursive: true })
  const told = await spawnPodwire(own.env, 'clean').ran
  expect(told).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(new RegExp(`still has containers or networks of .*${victim.labId}`)),
  })
  expect(told.stdout).toContain('npx podwire kind delete')
  const deleted = await spawnPodwire(own.env, 'kind', 'delete', victim.labId).ran
  expect(deleted).toMatchObject({ code: 0, stdout: expect.stringContaining(`of lab ${victim.labId}.`) })
  await expectNothingLeft(victim)
  expect(await spawnPodwire(own.env, 'kind', 'delete', victim.labId).ran).toMatchObject({ code: 1 })
})

test('an engine that hangs: start says so, and stop ends; what is left goes when it answers again', async () => {
  const { program } = await findEngine()
  const flag = join(own.folder, 'hangs')
  const docker = writeProgram(join(own.folder, 'bin'), basename(program), `[ -e ${flag} ] && exec sleep 300\nexec ${program} "$@"`)
  const PATH = `${dirname(docker)}:${process.env.PATH}`
  const before = process.env.PATH
  process.env.PATH = PATH
  const victim = await start().finally(() => {
    process.env.PATH = before
  })
  await until(victim, runs('nodes'))
  writeFileSync(flag, '')
  const timed = async (...argv: string[]) => {
    const startMs = performance.now()
    const ran = await spawnPodwire({ ...own.env, PATH }, ...argv).ran
    expect(performance.now() - startMs).toBeLessThan(60_000)
    return ran
  }
  expect(await timed('lab', 'stop', victim.labId)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/What lab \w+ has in the container engine could not be removed: .*does not answer[\s\S]*podwire clean/),
  })
  expect(await timed('lab', 'start', scenarioId, '--runtime', 'kind')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is installed, but does not answer'),
  })
  rmSync(flag)
  expect(await timed('clean')).toMatchObject({ code: 0 })
  await expectNothingLeft(victim)
})
