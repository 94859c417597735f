import { afterEach, expect, test } from 'vitest'
import { createManualClock, type ManualClock } from '../system/clock.ts'
import { silentLog } from '../system/log.ts'
import { type FoundSpare, type Pool, type PoolMachine, startPool } from './pool.ts'
import type { PoolRecord } from './pool-file.ts'

interface FakeMachine extends PoolMachine {
  list: FoundSpare[]
  labs: Set<string>
  launched: string[]
  dismissed: string[]
  why: string | undefined
  record: PoolRecord | undefined
  alive: Set<number>
}

let clock: ManualClock
let pool: Pool | undefined
afterEach(async () => {
  await pool?.close()
})

function createMachine(): FakeMachine {
  const machine: FakeMachine = {
    list: [],
    labs: new Set(),
    launched: [],
    dismissed: [],
    why: undefined,
    record: undefined,
    alive: new Set([1]),
    spares: () => machine.list.map((spare) => ({ ...spare })),
    labCount: () => machine.labs.size,
    isLab: (labId) => machine.labs.has(labId),
    launch() {
      const labId = `spare${String(machine.launched.length).padStart(3, '0')}`
      machine.launched.push(labId)
      machine.list.push({ labId, runtime: 'embedded', build: 'b1', createdAt: clock.now(), alive: true })
      return labId
    },
    async dismiss(labId) {
      machine.dismissed.push(labId)
      machine.list = machine.list.filter((spare) => spare.labId !== labId)
    },
    async bury(labId) {
      machine.list = machine.list.filter((spare) => spare.labId !== labId)
      return { code: 'sandbox-failed', message: `${labId} has died` }
    },
    obstacle: async () => machine.why,
    readRecord: () => machine.record,
    writeRecord: (record) => {
      machine.record = record
    },
    removeRecord: () => {
      machine.record = undefined
    },
    isAlive: ({ pid }) => machine.alive.has(pid),
  }
  return machine
}
function start(machine: FakeMachine, more: { wanted?: number; maxLabs?: number; pid?: number } = {}): Pool {
  pool = startPool({
    machine,
    keeper: { pid: more.pid ?? 1, startTicks: 1 },
    runtime: 'embedded',
    wanted: more.wanted ?? 2,
    build: 'b1',
    maxLabs: more.maxLabs ?? 20,
    clock,
    log: silentLog,
  })
  return pool
}
/** In small steps: a look is several promises long before it asks the clock for the next one. */
async function seconds(n: number): Promise<void> {
  for (let left = n; left > 0.001; left -= 0.1) {
    await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(100)
  }
  await new Promise((resolve) => setImmediate(resolve))
}
const ready = (spare: FoundSpare | undefined) => {
  if (spare) spare.readyAt = clock.now()
}

test('makes what is missing, one after the other, and no more', async () => {
  clock = createManualClock()
  const machine = createMachine()
  start(machine)
  await seconds(3)
  expect(machine.launched).toEqual(['spare000'])
  ready(machine.list[0])
  await seconds(2)
  expect(machine.launched).toHaveLength(2)
  ready(machine.list[1])
  await seconds(10)
  expect(machine.launched).toHaveLength(2)
  expect(machine.record).toMatchObject({ wanted: 2, failures: [] })
})

test('a spare that became a lab is followed by the next; it is no failure', async () => {
  clock = createManualClock()
  const machine = createMachine()
  start(machine, { wanted: 1 })
  await seconds(1)
  ready(machine.list[0])
  await seconds(1)
  machine.list = []
  machine.labs.add('spare000')
  pool?.poke()
  await seconds(0.1)
  expect(machine.launched).toEqual(['spare000', 'spare001'])
  expect(machine.record?.failures).toEqual([])
})

test('spares found from before are kept; of another build, of another runtime and too many are dismissed', async () => {
  clock = createManualClock()
  const machine = createMachine()
  const spare = { runtime: 'embedded', build: 'b1', createdAt: 1, alive: true } as const
  machine.list = [
    { ...spare, labId: 'newer000', readyAt: 9 },
    { ...spare, labId: 'older000', readyAt: 5 },
    { ...spare, labId: 'unready0' },
    { ...spare, labId: 'foreign0', build: 'b0', readyAt: 1 },
    { ...spare, labId: 'kind0000', runtime: 'kind', readyAt: 1 },
  ]
  start(machine)
  await seconds(2)
  expect(machine.dismissed.sort()).toEqual(['foreign0', 'kind0000', 'unready0'])
  expect(machine.launched).toEqual([])
})

test('a failure is told with its reason and tried again, later each time; success forgets it', async () => {
  clock = createManualClock()
  const machine = createMachine()
  start(machine, { wanted: 1 })
  await seconds(1)
  for (const [tries, waitS] of [
    [1, 2],
    [2, 4],
    [3, 8],
  ] as const) {
    expect(machine.launched).toHaveLength(tries)
    const spare = machine.list[0]
    if (spare) spare.failed = { code: 'cluster-failed', message: `no ${tries}` }
    await seconds(1)
    expect(machine.record?.failures[0]?.error.message).toBe(`no ${tries}`)
    expect(machine.record?.retryAt).toBeGreaterThan(clock.now())
    await seconds(waitS - 1.5)
    expect(machine.launched).toHaveLength(tries)
    await seconds(2)
  }
  ready(machine.list[0])
  await seconds(1)
  expect(machine.record).toMatchObject({ failures: [] })
  expect(machine.record?.retryAt).toBeUndefined()
})

test('a spare that dies, or is gone, is replaced, and that is said', async () => {
  clock = createManualClock()
  const machine = createMachine()
  start(machine, { wanted: 1 })
  await seconds(1)
  ready(machine.list[0])
  await seconds(1)
  if (machine.list[0]) machine.list[0].alive = false
  await seconds(1)
  expect(machine.record?.failures).toMatchObject([{ error: { message: 'spare000 has died' } }])
  await seconds(3)
  expect(machine.launched).toHaveLength(2)
  machine.list = []
  await seconds(1)
  expect(machine.record?.failures[0]?.error.message).toContain('spare001 is gone')
})

test('nothing is made while labs fill the limit, or something stands in the way', async () => {
  clock = createManualClock()
  const machine = createMachine()
  machine.labs.add('lab00000')
  start(machine, { maxLabs: 1 })
  await seconds(2)
  expect([machine.launched, machine.record?.waiting]).toEqual([[], expect.stringContaining('PODWIRE_MAX_LABS')])
  machine.labs.clear()
  machine.why = 'There is no docker.'
  await seconds(2)
  expect([machine.launched, machine.record?.waiting]).toEqual([[], 'There is no docker.'])
  machine.why = undefined
  await seconds(2)
  expect(machine.launched).toHaveLength(1)
  ready(machine.list[0])
  await seconds(3)
  expect(machine.launched).toHaveLength(1) // the limit is one: the second of two stays away
})

test('one keeper at a time; the next takes over when it has ended, and the last one ends the spares', async () => {
  clock = createManualClock()
  const machine = createMachine()
  machine.record = { keeper: { pid: 7, startTicks: 1 }, runtime: 'embedded', wanted: 2, failures: [] }
  machine.alive.add(7)
  start(machine)
  await seconds(3)
  expect(machine.launched).toEqual([])
  machine.alive.delete(7)
  await seconds(2)
  expect(machine.launched).toHaveLength(1)
  await pool?.close()
  expect([machine.dismissed, machine.record]).toEqual([['spare000'], undefined])
})
