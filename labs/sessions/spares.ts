// Spare clusters as processes of this machine: found by their folders, taken for a learner, dismissed. Used by sessions.ts and status.ts.
import { readFileSync } from 'node:fs'
import { connectToLab, labdProgram, launchSpare, readLogTail, type SpareRequest } from '../labd/client.ts'
import { type ErrorBody, LabError, toErrorBody } from '../spec/errors.ts'
import type { Assignment } from '../spec/lab.ts'
import type { RuntimeName } from '../spec/scenario.ts'
import type { Build } from '../system/installation.ts'
import type { Log } from '../system/log.ts'
import { isAlive, signalProcess, waitUntilGone } from '../system/processes.ts'
import { type FoundLab, findLab, findLabs } from './lab-folders.ts'
import type { FoundSpare, PoolMachine } from './pool.ts'
import { readPoolRecord, removePoolRecord, writePoolRecord } from './pool-file.ts'
import type { Reaper } from './reaper.ts'

const answerMs = 5000
const goneMs = 10_000

export interface SparesOptions {
  installation: Build
  reaper: Reaper
  log: Log
}
export interface Spares {
  /** Gives the learner a spare of that runtime, a ready one first; undefined when there is none. */
  take(runtime: RuntimeName, given: Assignment): Promise<string | undefined>
  /** Ends one spare, the youngest first, to make room for a lab. */
  dismissOne(): Promise<void>
  /** Ends a spare unless it has become a lab meanwhile, and removes its folder. Never rejects. */
  dismiss(labId: string): Promise<void>
  /** What the pool works on. */
  machine(request: Omit<SpareRequest, 'program' | 'build' | 'assets'>, obstacle: PoolMachine['obstacle']): PoolMachine
}

const living = (): FoundLab[] => findLabs().filter(({ alive, spare }) => alive && spare)
export const countLabs = (): number => findLabs().filter(({ alive, spare }) => alive && !spare).length
export const countSpares = (): number => living().length

export function createSpares({ installation, reaper, log }: SparesOptions): Spares {
  const { build } = installation

  async function assign(labId: string, given: Assignment): Promise<boolean> {
    try {
      const signal = AbortSignal.timeout(answerMs)
      const client = await connectToLab(labId, { locale: given.locale, build, signal })
      signal.addEventListener('abort', () => client.close())
      await client.request({ op: 'assign', ...given }).finally(client.close)
      return true
    } catch (error) {
      log.warn({ labId, error: toErrorBody(error) }, 'spare not taken')
      // it may have said yes, and been lost before we heard it: then it is this learner's lab
      return findLab(labId)?.config?.learner === given.learner && findLab(labId)?.config?.scenarioId === given.scenarioId
    }
  }

  async function dismiss(labId: string): Promise<void> {
    try {
      const signal = AbortSignal.timeout(goneMs)
      const client = await connectToLab(labId, { locale: 'en', build, signal })
      signal.addEventListener('abort', () => client.close())
      await client.request({ op: 'dismiss' }).finally(client.close)
    } catch (error) {
      const found = findLab(labId)
      // a lab now, or in a moment: not ours to end
      if (!found?.spare || (error instanceof LabError && error.code === 'lab-state')) return
      if (found.alive) log.warn({ labId, error: toErrorBody(error) }, 'spare did not end when asked')
    }
    const found = findLab(labId)
    if (!found?.spare) return
    const { process } = found
    if (process && !(await waitUntilGone(process, 2000))) {
      signalProcess(process, 'SIGTERM')
      if (!(await waitUntilGone(process, goneMs))) signalProcess(process, 'SIGKILL')
      await waitUntilGone(process, 2000)
    }
    await buryQuietly(found)
  }
  const buryQuietly = (found: FoundLab) =>
    reaper.bury(found).catch((error) => log.warn({ labId: found.labId, error: toErrorBody(error) }, 'spare not buried'))

  return {
    async take(runtime, given) {
      const found = living()
        .filter(({ spare }) => spare?.runtime === runtime && spare.build === build && !spare.failed)
        .sort((a, b) => (a.spare?.readyAt ?? Number.MAX_VALUE) - (b.spare?.readyAt ?? Number.MAX_VALUE) || createdAt(a) - createdAt(b))
      for (const { labId } of found) if (await assign(labId, given)) return labId
      return undefined
    },
    async dismissOne() {
      const youngest = living().sort((a, b) => createdAt(b) - createdAt(a))[0]
      if (youngest) await dismiss(youngest.labId)
    },
    dismiss,
    machine: (request, obstacle) => ({
      spares: () => findLabs().flatMap(toSpare),
      labCount: countLabs,
      isLab: (labId) => findLab(labId)?.config !== undefined,
      launch() {
        const { assets } = installation
        if (!assets) throw new LabError('runtime-unavailable', 'What labs run is not staged on this machine.')
        return launchSpare({ ...request, build, assets, program: labdProgram(installation.dist) }).labId
      },
      dismiss,
      async bury(labId): Promise<ErrorBody> {
        const found = findLab(labId)
        // what it printed as it fell; lines of its log are JSON, and tell of better days
        const fallen = found
          ? readLogTail(found.folder)
              .split('\n')
              .filter((line) => line.trim() && !line.startsWith('{'))
          : []
        const tail = fallen.slice(-6).join('\n')
        if (found?.spare) await buryQuietly(found)
        const message = `The process of spare ${labId} has died: it was killed, or it crashed.`
        return { code: 'sandbox-failed', message, ...(tail ? { hint: tail } : {}) }
      },
      obstacle,
      readRecord: readPoolRecord,
      writeRecord: writePoolRecord,
      removeRecord: removePoolRecord,
      isAlive,
    }),
  }
}

const createdAt = ({ spare }: FoundLab): number => spare?.createdAt ?? 0

function toSpare({ labId, spare, alive }: FoundLab): FoundSpare[] {
  if (!spare) return []
  const { runtime, build, createdAt: since, readyAt, failed } = spare
  return [{ labId, runtime, build, createdAt: since, alive, ...(readyAt ? { readyAt } : {}), ...(failed ? { failed } : {}) }]
}

/** Megabytes this machine can still give; undefined where it does not tell. */
export function availableMemoryMB(): number | undefined {
  try {
    const found = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))
    return found ? Math.floor(Number(found[1]) / 1024) : undefined
  } catch {
    return undefined // no /proc
  }
}
