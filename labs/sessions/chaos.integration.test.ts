// kill -9 of each of our processes at random moments of a lab's first second and a half: only what hangs on that process is lost, and nothing stays
// behind. A neighbour lab runs all the time and must not notice. To repeat a failure: PODWIRE_CHAOS_SEED=<the seed it prints>.
import { readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readLabConfig } from '../labd/client.ts'
import type { LabSnapshot } from '../spec/lab.ts'
import type { Ack } from '../spec/socket.ts'
import { labFolder, labsFolder, runtimeFolder } from '../system/folders.ts'
import { isAlive, type ProcessIdentity, waitUntilGone } from '../system/processes.ts'
import { findLab } from './lab-folders.ts'
import type { LabClient, Sessions } from './sessions.ts'
import { type Census, nowTicks, survivorsOf, takeCensus, takeHousehold } from './testing/census.ts'
import { runInLab } from './testing/lab-command.ts'
import { type OwnFolders, openOwnFolders, whyNoLabs } from './testing/own-folders.ts'
import { readProcesses } from './testing/process-table.ts'
import { killNow, spawnPodwire, startWeb } from './testing/programs.ts'
import { chooseSeed, createRandom } from './testing/seeded-random.ts'
import { awaitVictim, type LabVictim, labVictims } from './testing/victims.ts'

const reason = whyNoLabs()
if (reason) console.warn(`skipped: ${reason}`)

const rounds = 20
/** two at a time */
const lanes = ['sd-selector-typo', 'nm-ip-forward-off'] as const
type Lane = (typeof lanes)[number]
const latestMs = 1500
const goneMs = 5000
/** a lab folder without a process is given this long to get one (lab-folders.ts) */
const youngMs = 12_000
const learner = 'local'
const runSeed = chooseSeed()

let own: OwnFolders
let sessions: Sessions
let neighbour: { labId: string; client: LabClient }
const labs = new Set<string>()
let before: Census

beforeAll(async () => {
  if (reason) return
  own = await openOwnFolders()
  sessions = own.createSessions()
  const { labId } = await start('sd-selector-typo', 'neighbour')
  neighbour = { labId, client: await sessions.connect(labId, { learner: 'neighbour', locale: 'en' }) }
  await settled(neighbour.client)
  // an empty household would have no survivors either: what is looked at must be seen
  const { members, namespaces } = takeHousehold(readLabConfig(labFolder(labId)).process?.pid as number)
  expect(members.length).toBeGreaterThan(10)
  expect(namespaces.size).toBeGreaterThan(20)
  before = takeCensus(runtimeFolder(), labs)
})
afterAll(async () => {
  neighbour?.client.close()
  await own?.close()
})

async function start(scenarioId: string, who = learner): Promise<{ labId: string; labd: ProcessIdentity }> {
  const { labId } = await sessions.start({ scenarioId, begin: 'broken', runtime: 'auto', locale: 'en', learner: who })
  labs.add(labId)
  return { labId, labd: readLabConfig(labFolder(labId)).process as ProcessIdentity }
}
/** The lab once it has come up, or has failed. */
async function settled(client: LabClient, states: readonly string[] = ['broken', 'failed']): Promise<LabSnapshot> {
  return new Promise((resolve, reject) => {
    const look = (snapshot: LabSnapshot) => states.includes(snapshot.state) && resolve(snapshot)
    client.onPush((message) => message.op === 'snapshot' && look(message.snapshot))
    client.request({ op: 'subscribe' }).then(look, reject)
    void client.closed.then(() => reject(new Error('the lab process is gone')))
  })
}
const answers = async (client: LabClient) =>
  expect(await runInLab(client, 'node/worker', 'hostname')).toEqual({ code: 0, stdout: 'worker\n' })

/** Nothing is there that was not there before: polled, because the kernel takes down namespaces in its own time. */
async function expectNothingLeft(): Promise<void> {
  await sessions.sweep()
  await expect.poll(() => takeCensus(runtimeFolder(), labs), { timeout: goneMs }).toEqual(before)
}

/** Rounds in both lanes; after each pair the neighbour answers and the machine is as it was. */
async function storm(salt: number, round: (random: () => number, lane: Lane, index: number) => Promise<void>): Promise<void> {
  for (let index = 0; index < rounds; index += lanes.length) {
    const seed = runSeed + salt * 1000 + index
    try {
      const outcomes = await Promise.allSettled(lanes.map((lane, i) => round(createRandom(seed + i), lane, index + i)))
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
      await answers(neighbour.client)
      await expectNothingLeft()
    } catch (error) {
      if (error instanceof Error) error.message = `round ${index} of PODWIRE_CHAOS_SEED=${runSeed}: ${error.message}`
      throw error
    }
  }
}

/** A learner's lab by its folder: another program has started it, or not yet. One killed so early that its folder does not say what it is may be any. */
const startedBy = (lane: Lane) =>
  readdirSync(labsFolder()).filter((labId) => {
    const lab = labs.has(labId) ? undefined : findLab(labId)
    return lab && (!lab.config || lab.config.scenarioId === lane)
  })

/** What a killed starter left: a lab that comes up by itself and can be used, or nothing. */
async function expectLabOrNothing(lane: Lane): Promise<void> {
  const deadline = performance.now() + youngMs
  for (;;) {
    const [labId] = startedBy(lane)
    const lab = labId === undefined ? undefined : findLab(labId)
    if (!lab) return
    if (lab.config?.process) {
      labs.add(lab.labId)
      expect(isAlive(lab.config.process)).toBe(true)
      const client = await sessions.connect(lab.labId, { learner, locale: 'en' })
      expect((await settled(client)).failure).toBeUndefined()
      await answers(client)
      client.close()
      return sessions.stop(lab.labId, learner)
    }
    expect(performance.now()).toBeLessThan(deadline)
    await delay(500)
    await sessions.sweep()
  }
}

describe.skipIf(reason)('kill -9', () => {
  test.each(labVictims.map((victim, i) => [victim, i] as const))(
    '%s: that lab is lost and says so',
    async (victim, salt) => {
      await storm(salt, async (random, lane, index) => {
        const { labId, labd } = await start(lane)
        const afterMs = random() * latestMs
        await delay(afterMs)
        const found = await awaitVictim(victim, labd)
        const household = takeHousehold(labd.pid)
        const ticks = nowTicks()
        if (!found) throw new Error(`the lab has ended before its ${victim} came up`)
        process.kill(found.pid, 'SIGKILL')
        if (victim === 'labd') await waitUntilGone(labd, goneMs)
        else await expectFailed(labId, victim, index === 0)
        const others = { ...household, members: household.members.filter(({ pid }) => pid !== labd.pid) }
        const where = `${victim} of ${labId} after ${Math.round(afterMs)} ms`
        if (victim === 'labd') await sessions.sweep()
        await expect.poll(() => survivorsOf(others, ticks), { timeout: goneMs, message: where }).toEqual([])
        if (victim !== 'labd') await sessions.stop(labId, learner)
        expect(await own.store.attempt(labId), where).toMatchObject({
          endReason: victim === 'labd' ? 'lost' : 'failed',
          endDetail: expect.stringMatching(/died|ended|did not start/),
        })
        if (victim === 'labd' && index === 0) {
          const { code, stderr } = await spawnPodwire(own.env, 'lab', 'status', labId).ran
          expect([code, stderr]).toEqual([1, expect.stringContaining('The lab process died')])
        }
      })
    },
    120_000,
  )

  /** The lab goes on long enough to tell why it cannot go on. */
  async function expectFailed(labId: string, victim: LabVictim, askCli: boolean): Promise<void> {
    const client = await sessions.connect(labId, { learner, locale: 'en' })
    const { failure } = await settled(client, ['failed'])
    client.close()
    expect(failure).toMatchObject({
      code: expect.stringMatching(/^(sandbox|cluster)-failed$/),
      message: expect.stringMatching(/died|ended|did not start/),
    })
    if (victim === 'control') expect(failure?.message).toContain('control plane ended')
    if (!askCli) return
    const { code, stdout } = await spawnPodwire(own.env, 'lab', 'status', labId).ran
    expect([code, stdout]).toEqual([0, expect.stringMatching(/is failed\.[\s\S]*Failed: /)])
  }

  test('labd, while its sandbox is half made: bwrap leaves a child that nothing but the reaper ends', async () => {
    await storm(7, async (_, lane) => {
      const { labId, labd } = await start(lane)
      await awaitVictim('labinit', labd)
      process.kill(labd.pid, 'SIGKILL')
      await waitUntilGone(labd, goneMs)
      await sessions.sweep()
      expect(await own.store.attempt(labId)).toMatchObject({ endReason: 'lost' })
    })
  }, 120_000)

  test('podwire lab start: the lab goes on, or was never there', async () => {
    await storm(4, async (random, lane) => {
      const { child, ran } = spawnPodwire(own.env, 'lab', 'start', lane)
      await delay(random() * latestMs)
      await killNow(child)
      await ran
      await expectLabOrNothing(lane)
    })
  }, 120_000)

  test('podwire lab exec: the command ends, the lab goes on', async () => {
    const running = await Promise.all(
      lanes.map(async (lane) => {
        const { labId } = await start(lane)
        const client = await sessions.connect(labId, { learner, locale: 'en' })
        await settled(client)
        return { lane, labId, client }
      }),
    )
    const quiet = before
    before = takeCensus(runtimeFolder(), labs)
    await storm(5, async (random, lane, index) => {
      const { labId, client } = running.find((each) => each.lane === lane) as (typeof running)[number]
      const mark = `${86_400 + index}.${Math.floor(random() * 1e9)}`
      const { child, ran } = spawnPodwire(
        own.env,
        'lab',
        'exec',
        labId,
        '--in',
        'node/worker',
        '--',
        'bash',
        '-c',
        `sleep ${mark} & yes ${mark}`,
      )
      await delay(random() * latestMs)
      await killNow(child)
      await ran
      await expect.poll(() => readProcesses().filter(({ command }) => command.includes(mark)), { timeout: goneMs }).toEqual([])
      await answers(client)
    })
    for (const { labId, client } of running) {
      client.close()
      await sessions.stop(labId, learner)
    }
    before = quiet
    await expectNothingLeft()
  }, 120_000)

  test('web: every lab goes on, also one that it was just starting', async () => {
    await storm(6, async (random, lane) => {
      const web = await startWeb(own.env)
      const page = await web.openPage()
      const started = page.emitWithAck('lab.start', { scenarioId: lane, begin: 'broken', locale: 'en' }) as Promise<Ack<{ labId: string }>>
      started.catch(() => {}) // the page learns no more of a server that is dead
      await delay(random() * latestMs)
      await killNow(web.child)
      page.disconnect()
      await expectLabOrNothing(lane)
    })
  }, 240_000)
})
