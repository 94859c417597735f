// Keeps a number of spare clusters ready: looks every second at those there are, dismisses what cannot be used, makes what is missing, one at a time.
// Knows no more than folders tell, so that a keeper that starts again goes on where its forerunner was killed. Made by sessions.ts.
import { type ErrorBody, toErrorBody } from '../spec/errors.ts'
import type { RuntimeName } from '../spec/scenario.ts'
import type { PoolFailure } from '../spec/status.ts'
import type { Clock } from '../system/clock.ts'
import type { Log } from '../system/log.ts'
import type { ProcessIdentity } from '../system/processes.ts'
import type { PoolRecord } from './pool-file.ts'

const lookEveryMs = 1000
const firstRetryMs = 2000
const longestRetryMs = 120_000
const keptFailures = 5

/** A spare as its folder tells. */
export interface FoundSpare {
  labId: string
  runtime: RuntimeName
  build: string
  createdAt: number
  readyAt?: number
  failed?: ErrorBody
  alive: boolean
}

/** What the pool asks of the machine; sessions.ts answers from folders and processes, tests from a list. */
export interface PoolMachine {
  spares(): FoundSpare[]
  /** labs of somebody */
  labCount(): number
  /** whether it is somebody's lab now */
  isLab(labId: string): boolean
  /** Starts making one; returns its id. Throws what kept it. */
  launch(): string
  /** Ends a spare unless it has become a lab meanwhile. Never rejects. */
  dismiss(labId: string): Promise<void>
  /** why a dead spare has died, as far as its log tells; and its folder away */
  bury(labId: string): Promise<ErrorBody>
  /** why none can be made now, in a sentence; undefined where one can */
  obstacle(): Promise<string | undefined>
  readRecord(): PoolRecord | undefined
  writeRecord(record: PoolRecord): void
  removeRecord(): void
  isAlive(process: ProcessIdentity): boolean
}

export interface PoolOptions {
  machine: PoolMachine
  keeper: ProcessIdentity
  runtime: RuntimeName
  wanted: number
  build: string
  /** labs and spares together; spares give way to labs */
  maxLabs: number
  clock: Clock
  log: Log
}

export interface Pool {
  /** Looks now: a spare was taken. */
  poke(): void
  /** Ends all spares, once what is under way is done. */
  close(): Promise<void>
}

export function startPool({ machine, keeper, runtime, wanted, build, maxLabs, clock, log }: PoolOptions): Pool {
  const known = new Set<string>()
  const ready = new Set<string>()
  let failures: PoolFailure[] = []
  let failedInARow = 0
  let retryAt: number | undefined
  let waiting: string | undefined
  let written = ''
  let closed = false
  let looking: Promise<void> = Promise.resolve()
  let cancel = () => {}

  /** One keeper at a time: a second one waits for the first one's end. */
  function isKeeper(): boolean {
    const record = machine.readRecord()
    return (
      !record || (record.keeper.pid === keeper.pid && record.keeper.startTicks === keeper.startTicks) || !machine.isAlive(record.keeper)
    )
  }

  function fail(error: ErrorBody): void {
    failedInARow++
    const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** (failedInARow - 1))
    retryAt = clock.now() + delayMs
    failures = [{ at: clock.now(), error }, ...failures].slice(0, keptFailures)
    log.warn({ error, retryInMs: delayMs }, 'a spare failed')
  }

  /** Spares that have gone since the last look without becoming a lab, and those that say that they failed. */
  async function noticeDeaths(spares: FoundSpare[]): Promise<void> {
    for (const labId of known) {
      if (spares.some((spare) => spare.labId === labId)) continue
      known.delete(labId)
      if (!machine.isLab(labId))
        fail({ code: 'sandbox-failed', message: `Spare ${labId} is gone: it was killed, or podwire clean has ended it.` })
    }
    for (const { labId, alive, failed } of spares) {
      if (alive && !failed) known.add(labId)
      else {
        known.delete(labId)
        if (alive) await machine.dismiss(labId)
        const reason = await machine.bury(labId)
        fail(failed ?? reason)
      }
    }
  }

  function noticeReady(spares: FoundSpare[]): void {
    for (const { labId, readyAt } of spares) {
      if (readyAt === undefined || ready.has(labId)) continue
      ready.add(labId)
      failedInARow = 0
      retryAt = undefined
      failures = []
    }
    for (const labId of ready) if (!spares.some((spare) => spare.labId === labId)) ready.delete(labId)
  }

  async function dismiss({ labId }: FoundSpare): Promise<void> {
    known.delete(labId)
    await machine.dismiss(labId)
  }

  async function makeMissing(good: FoundSpare[]): Promise<void> {
    const waitedFor = waiting
    waiting = undefined
    if (good.length >= wanted) return
    if (good.some(({ readyAt }) => readyAt === undefined)) return
    if (machine.labCount() + good.length >= maxLabs) {
      waiting = `${maxLabs} labs and spares are the limit (PODWIRE_MAX_LABS).`
      return
    }
    waiting = await machine.obstacle()
    if (waiting && waiting !== waitedFor) log.warn({ reason: waiting }, 'no spare is made')
    if (waiting || closed || (retryAt !== undefined && clock.now() < retryAt)) return
    try {
      known.add(machine.launch())
    } catch (error) {
      fail(toErrorBody(error))
    }
  }

  async function look(): Promise<void> {
    if (!isKeeper()) return
    await noticeDeaths(machine.spares())
    const isOurs = (spare: FoundSpare) => spare.build === build && spare.runtime === runtime
    const living = machine.spares().filter(({ alive, failed }) => alive && !failed)
    for (const spare of living) if (!isOurs(spare)) await dismiss(spare)
    // the oldest are nearest to being ready
    const good = living
      .filter(isOurs)
      .sort((a, b) => (a.readyAt ?? Number.MAX_VALUE) - (b.readyAt ?? Number.MAX_VALUE) || a.createdAt - b.createdAt)
    for (const spare of good.splice(wanted)) await dismiss(spare)
    noticeReady(good)
    await makeMissing(good)
    const record: PoolRecord = { keeper, runtime, wanted, failures, ...(retryAt ? { retryAt } : {}), ...(waiting ? { waiting } : {}) }
    const text = JSON.stringify(record)
    if (text === written && machine.readRecord()) return
    machine.writeRecord(record)
    written = text
  }

  function lookNow(): void {
    cancel()
    if (closed) return
    looking = looking
      .then(() => (closed ? undefined : look()))
      .catch((error) => log.warn({ error: toErrorBody(error) }, 'pool not looked after'))
      .then(() => {
        cancel()
        if (!closed) cancel = clock.after(lookEveryMs, lookNow)
      })
  }
  lookNow()

  return {
    poke: lookNow,
    async close() {
      closed = true
      cancel()
      await looking
      if (!isKeeper()) return
      await Promise.all(machine.spares().map(({ labId }) => machine.dismiss(labId)))
      machine.removeRecord()
    },
  }
}
