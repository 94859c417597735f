import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LabEvent } from '../spec/lab.ts'
import { openStore, type Store } from './store.ts'

let folder: string
let store: Store
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pw-store-'))
  store = await openStore(join(folder, 'podwire.sqlite'))
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const created = (labId: string, at = 1000): LabEvent => ({
  type: 'created',
  at,
  labId,
  scenarioId: 'sd-x',
  runtime: 'embedded',
  learner: 'local',
})
const solvedIn = (ms: number, at = 9000): LabEvent => ({ type: 'solved', at, ms, hints: 1, resets: 1 })

test('events become an attempt, its commands and progress', async () => {
  const events: LabEvent[] = [
    created('aaaaaaaa'),
    { type: 'started', at: 1800, ms: 800 },
    { type: 'broken', at: 1800 },
    { type: 'command', at: 2000, target: 'laptop', command: 'kubectl get svc', exitCode: 0 },
    { type: 'hint', at: 2500, n: 1 },
    { type: 'reset', at: 2600 },
    { type: 'flip', at: 2700, id: 'web', kind: 'check', state: 'pass' },
    { type: 'command', at: 3000, target: 'node/worker', command: 'ip route', exitCode: 1 },
    solvedIn(7200),
    { type: 'ended', at: 9500, reason: 'stopped' },
  ]
  expect(await store.fold('aaaaaaaa', 0, 500, events)).toBe(true)
  expect(await store.foldedBytes('aaaaaaaa')).toBe(500)
  expect(await store.attempt('aaaaaaaa')).toEqual({
    labId: 'aaaaaaaa',
    scenarioId: 'sd-x',
    runtime: 'embedded',
    learner: 'local',
    createdAt: 1000,
    startMs: 800,
    brokenAt: 1800,
    solvedAt: 9000,
    solveMs: 7200,
    hints: 1,
    resets: 1,
    endedAt: 9500,
    endReason: 'stopped',
    endDetail: undefined,
  })
  expect((await store.commands('aaaaaaaa')).map(({ command, exitCode }) => [command, exitCode])).toEqual([
    ['kubectl get svc', 0],
    ['ip route', 1],
  ])
  expect(await store.solved('local')).toEqual([{ scenarioId: 'sd-x', firstAt: 9000, lastAt: 9000, bestMs: 7200, times: 1 }])
  expect(await store.solved('somebody')).toEqual([])
})

test('the last solution is there with its commands, whatever came after it', async () => {
  const typed = (at: number, command: string): LabEvent => ({ type: 'command', at, target: 'laptop', command, exitCode: 0 })
  expect(await store.lastSolution('local', 'sd-x')).toBeUndefined()
  await store.fold('aaaaaaaa', 0, 10, [created('aaaaaaaa'), typed(2000, 'first'), solvedIn(5000, 6000)])
  await store.fold('bbbbbbbb', 0, 10, [created('bbbbbbbb', 7000), typed(8000, 'second'), solvedIn(900, 9000), { type: 'reset', at: 9100 }])
  await store.fold('cccccccc', 0, 10, [created('cccccccc', 10_000), typed(11_000, 'third'), { type: 'ended', at: 12_000, reason: 'idle' }])
  expect(await store.lastSolution('local', 'sd-x')).toMatchObject({
    labId: 'bbbbbbbb',
    runtime: 'embedded',
    solvedAt: 9000,
    solveMs: 900,
    commands: [{ command: 'second' }],
  })
  expect(await store.lastSolution('local', 'sd-y')).toBeUndefined()
  expect(await store.lastSolution('somebody', 'sd-x')).toBeUndefined()
})

test('the best time stays when a later one is slower', async () => {
  await store.fold('aaaaaaaa', 0, 10, [created('aaaaaaaa'), solvedIn(5000, 6000)])
  await store.fold('bbbbbbbb', 0, 10, [created('bbbbbbbb', 7000), solvedIn(8000, 16_000)])
  await store.fold('cccccccc', 0, 10, [created('cccccccc', 17_000), solvedIn(3000, 20_000)])
  expect(await store.solved('local')).toEqual([{ scenarioId: 'sd-x', firstAt: 6000, lastAt: 20_000, bestMs: 3000, times: 3 }])
})

test('the same events are taken once, by whoever is first', async () => {
  const other = await openStore(join(folder, 'podwire.sqlite'))
  const events = [created('aaaaaaaa'), { type: 'reset', at: 1100 } as const]
  const taken = await Promise.all([store, other, store, other].map((each) => each.fold('aaaaaaaa', 0, 80, events)))
  expect(taken.filter(Boolean)).toHaveLength(1)
  expect(await other.fold('aaaaaaaa', 80, 120, [{ type: 'reset', at: 1200 }])).toBe(true)
  expect(await store.fold('aaaaaaaa', 80, 120, [{ type: 'reset', at: 1200 }])).toBe(false)
  expect(await store.attempt('aaaaaaaa')).toMatchObject({ resets: 2 })
  await other.close()
})

test('a log that begins in the middle is refused and changes nothing', async () => {
  await expect(store.fold('aaaaaaaa', 0, 10, [{ type: 'reset', at: 1 }])).rejects.toMatchObject({ code: 'bad-request' })
  expect(await store.attempt('aaaaaaaa')).toBeUndefined()
})

test('several programs may make the database at the same moment', async () => {
  const file = join(folder, 'new.sqlite')
  const stores = await Promise.all(Array.from({ length: 6 }, () => openStore(file)))
  expect(await Promise.all(stores.map((each) => each.solved('local')))).toEqual(Array(6).fill([]))
  await Promise.all(stores.map((each) => each.close()))
})

test('a database that cannot be opened is a clear error', async () => {
  await expect(openStore(folder)).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining(folder) })
})

test('a file that is no database is left as it is', async () => {
  const file = join(folder, 'other.sqlite')
  writeFileSync(file, 'a letter to my mother '.repeat(500))
  await expect(openStore(file)).rejects.toMatchObject({ code: 'bad-request', hint: expect.stringContaining('Move the file away') })
  expect(readFileSync(file, 'utf8')).toBe('a letter to my mother '.repeat(500))
})

test('what was solved elsewhere is added, and nothing is lost or worse for it', async () => {
  const elsewhere = [
    { scenarioId: 'sd-x', firstAt: 500, lastAt: 600, bestMs: 9999, times: 1 },
    { scenarioId: 'sd-y', firstAt: 700, lastAt: 800, bestMs: 50, times: 2 },
  ]
  await store.fold('aaaaaaaa', 0, 10, [created('aaaaaaaa'), solvedIn(7200)])
  await store.addSolved('local', 1, elsewhere)
  await store.addSolved('newcomer', 1, elsewhere)
  expect(await store.solved('local')).toEqual([
    { scenarioId: 'sd-x', firstAt: 500, lastAt: 9000, bestMs: 7200, times: 1 },
    { scenarioId: 'sd-y', firstAt: 700, lastAt: 800, bestMs: 50, times: 2 },
  ])
  await store.addSolved('newcomer', 1, elsewhere)
  expect(await store.solved('newcomer')).toEqual(elsewhere)
})
