// A lab's life as web and CLI see it: start, find, connect, stop, and the reaper that runs beside. Owns no lab: labs live in processes of their own.
import { findScenario, loadScenario } from '../catalogue/scenario-catalogue.ts'
import { connectToLab, type LabClient, type LaunchRequest, labdProgram, launchLab } from '../labd/client.ts'
import { LabError, toErrorBody } from '../spec/errors.ts'
import type { LabSnapshot, LabState } from '../spec/lab.ts'
import type { Locale, RuntimeName } from '../spec/scenario.ts'
import type { Availability, RuntimeChoice } from '../spec/status.ts'
import type { Store } from '../store/store.ts'
import { type Clock, systemClock } from '../system/clock.ts'
import type { Environment } from '../system/environment.ts'
import { checkRuntimeFolder } from '../system/folders.ts'
import type { Build } from '../system/installation.ts'
import type { Log } from '../system/log.ts'
import { logFolder, logsFolder } from '../system/log-folders.ts'
import { identify, isAlive, signalProcess, waitUntilGone } from '../system/processes.ts'
import { chooseRuntime, runtimeChoice } from './choose-runtime.ts'
import { readEvents, stateAfter } from './event-reader.ts'
import { type FoundLab, findLab, findLabs } from './lab-folders.ts'
import { readMachineStatus, type StatusFacts } from './machine-status.ts'
import { type Pool, startPool } from './pool.ts'
import { readPoolRecord, removePoolRecord } from './pool-file.ts'
import { createReaper } from './reaper.ts'
import { availableMemoryMB, countLabs, countSpares, createSpares } from './spares.ts'

export type { LabClient } from '../labd/client.ts'
export { type StatusFacts, statusFor } from './machine-status.ts'

/** Whether a lab of this machine's runtime folder runs. */
export const isLabAlive = (labId: string): boolean => findLab(labId)?.alive === true

/** What is said of a lab whose process is gone without a word; a sweep puts the logs of one on kind there. */
export function lostLab(last: Pick<LabSnapshot, 'labId' | 'runtime'> | undefined): LabError {
  const logs = last?.runtime === 'kind' ? ` Logs: ${logFolder(logsFolder(), last.labId)}` : ''
  return new LabError('connection-lost', 'The lab process has died.', { hint: `Start the lab again.${logs}` })
}

const sweepEveryMs = 2000
/** A lab that hangs is gone within 12 s in all: a page waits 15 s for its start, which has to end such a lab first. */
const stopMs = 6000
const leaveMs = 2000
const termMs = 2000

export interface StartRequest {
  scenarioId: string
  begin: 'broken' | 'healthy'
  runtime: RuntimeName | 'auto'
  locale: Locale
  learner: string
}

export interface Started {
  labId: string
  /** a running one was continued, on whatever runtime it is */
  resumed: boolean
  runtime: RuntimeName
}

/** A running lab; all of it comes from its folder. */
export interface LabInfo {
  labId: string
  scenarioId: string
  runtime: RuntimeName
  learner: string
  state: LabState
  createdAt: number
  build: string
}

export interface Sessions {
  /**
   * Launches a lab, or takes a spare of the pool, and returns at once; connect to it to see its steps. A learner's running lab of that scenario is
   * returned instead.
   */
  start(request: StartRequest): Promise<Started>
  /** The runtimes a lab of that scenario may be started on, and why it may not on the others. Throws scenario-unknown. */
  runtimes(scenarioId: string, locale: Locale): Promise<RuntimeChoice>
  /** All that runs on this machine. */
  status(locale: Locale): Promise<StatusFacts>
  /** Keeps spares until close(), which ends them. 0: none, and spares that nobody keeps are ended. */
  keepPool(options: { wanted: number; runtime: RuntimeName }): Promise<void>
  /** Running labs, newest first; of one learner, or all. Labs of a proof are left out. */
  list(learner?: string): LabInfo[]
  /** Connects to a running lab. Throws lab-unknown, and forbidden when it is another learner's. */
  connect(labId: string, options: { learner: string; locale: Locale; signal?: AbortSignal }): Promise<LabClient>
  /** Ends a lab, whatever it takes, and removes what is left of it. Throws lab-unknown, forbidden. */
  stop(labId: string, learner: string): Promise<void>
  /** Ends every lab of this machine, those of proofs too; returns their ids. */
  stopAll(): Promise<string[]>
  /** One look of the reaper: events into the store, dead labs away. */
  sweep(): Promise<void>
  /** Sweeps every two seconds until close(). */
  keepSweeping(): void
  close(): Promise<void>
}

export interface SessionsOptions {
  store: Store
  installation: Build
  /** on which runtimes labs can run here */
  availability(): Promise<Availability>
  environment: Environment
  /** folder of scenario folders */
  scenarios: string
  log: Log
  clock?: Clock
}

export function createSessions({
  store,
  installation,
  availability,
  environment,
  scenarios,
  log,
  clock = systemClock,
}: SessionsOptions): Sessions {
  checkRuntimeFolder()
  const reaper = createReaper(store, log, labdProgram(installation.dist))
  const spares = createSpares({ installation, reaper, log })
  const { build } = installation
  let starting: Promise<unknown> = Promise.resolve()
  let sweeping: Promise<void> = Promise.resolve()
  let cancelSweep = () => {}
  let closed = false
  let pool: Pool | undefined

  function ownLab(labId: string, learner: string): FoundLab {
    const lab = findLab(labId)
    if (!lab?.alive || lab.spare)
      throw new LabError('lab-unknown', `There is no running lab "${labId}".`, { hint: 'It has ended, or it never was.' })
    if (lab.config && lab.config.learner !== learner) throw new LabError('forbidden', 'This lab belongs to somebody else.')
    return lab
  }

  function list(learner?: string): LabInfo[] {
    return findLabs()
      .flatMap((lab): LabInfo[] => {
        const { config } = lab
        if (!lab.alive || !config || config.forProof || (learner && config.learner !== learner)) return []
        const { labId, scenarioId, runtime, createdAt } = config
        return [
          {
            labId,
            scenarioId,
            runtime,
            createdAt,
            learner: config.learner,
            build: config.build,
            state: stateAfter(readEvents(lab.folder, 0).events),
          },
        ]
      })
      .sort((a, b) => b.createdAt - a.createdAt)
  }

  async function resumeRunning(running: LabInfo, request: StartRequest): Promise<Started | undefined> {
    if (['failed', 'stopping', 'stopped'].includes(running.state) || running.build !== build) {
      await end(ownLab(running.labId, request.learner))
      return undefined
    }
    // a lesson's healthy lab becomes the exercise
    if (running.state === 'healthy' && request.begin === 'broken') {
      const client = await connectToLab(running.labId, { locale: request.locale, build })
      await client.request({ op: 'break' }).finally(client.close)
    }
    return { labId: running.labId, resumed: true, runtime: running.runtime }
  }

  async function start(request: StartRequest): Promise<Started> {
    const folder = await findScenario(scenarios, request.scenarioId)
    const loaded = await loadScenario(folder, request.locale)
    const running = list(request.learner).find(({ scenarioId }) => scenarioId === request.scenarioId)
    const resumed = running && (await resumeRunning(running, request))
    if (resumed) return resumed
    const count = countLabs()
    if (count >= environment.maxLabs) {
      throw new LabError('lab-limit', `${count} labs are running on this machine already.`, {
        hint: 'Stop one first, or set PODWIRE_MAX_LABS to a higher number.',
      })
    }
    const runtime = chooseRuntime(loaded, request.runtime, await availability())
    const { assets } = installation
    if (!assets) {
      throw new LabError('runtime-unavailable', 'What labs run is not staged on this machine.', {
        hint: 'npx podwire doctor shows what is missing and the command that mends it.',
      })
    }
    const { scenarioId, learner, locale, begin } = request
    const given = {
      ...{ scenarioId, scenarioFolder: folder, learner, locale, begin },
      ...{ idleMinutes: environment.idleMinutes, memoryMB: environment.memoryMB[runtime] },
    }
    // a privileged scenario, and another CNI shape than the spares', need a cluster that was made so
    const { privileged, cni } = loaded.scenario
    const taken = privileged || cni !== 'kindnet' ? undefined : await spares.take(runtime, given)
    if (!taken && count + countSpares() >= environment.maxLabs) await spares.dismissOne()
    const machine: Omit<LaunchRequest, keyof typeof given> = {
      ...{ runtime, logLevel: environment.logLevel, forProof: false, build, assets },
      program: labdProgram(installation.dist),
    }
    const labId = taken ?? launchLab({ ...given, ...machine }).labId
    pool?.poke()
    return { labId, resumed: false, runtime }
  }

  /** Why no spare of that runtime can be made now. */
  async function obstacleTo(runtime: RuntimeName): Promise<string | undefined> {
    const here = (await availability())[runtime]
    if (!here.available) return here.reason
    const leftMB = availableMemoryMB()
    const mayTakeMB = environment.memoryMB[runtime]
    if (leftMB !== undefined && leftMB < mayTakeMB) {
      const variable = runtime === 'kind' ? 'PODWIRE_KIND_MEMORY_MB' : 'PODWIRE_LAB_MEMORY_MB'
      return `The machine has ${leftMB} MB of memory left, and a spare may take ${mayTakeMB} MB (${variable}).`
    }
    return undefined
  }

  async function keepPool({ wanted, runtime }: { wanted: number; runtime: RuntimeName }): Promise<void> {
    if (wanted > 0) {
      const { memoryMB, logLevel, maxLabs } = environment
      const machine = spares.machine({ runtime, memoryMB: memoryMB[runtime], logLevel }, () => obstacleTo(runtime))
      pool = startPool({ machine, keeper: identify(process.pid), runtime, wanted, build, maxLabs, clock, log })
      return
    }
    const record = readPoolRecord()
    if (record && isAlive(record.keeper)) return
    await Promise.all(findLabs().flatMap(({ labId, spare }) => (spare ? [spares.dismiss(labId)] : [])))
    removePoolRecord()
  }

  async function askToStop(labId: string): Promise<void> {
    const signal = AbortSignal.timeout(stopMs) // the wait for its hello, too
    const client = await connectToLab(labId, { locale: 'en', build, signal })
    // closing the connection ends the wait: the request fails then
    signal.addEventListener('abort', () => client.close())
    await client.request({ op: 'stop' }).finally(client.close)
  }

  /** Asks the lab to stop; one that does not answer is terminated, then killed. */
  async function end(lab: FoundLab): Promise<void> {
    const identity = lab.process
    try {
      await askToStop(lab.labId)
    } catch (error) {
      log.warn({ labId: lab.labId, error: toErrorBody(error) }, 'lab did not stop when asked')
    }
    if (identity && !(await waitUntilGone(identity, leaveMs))) {
      signalProcess(identity, 'SIGTERM')
      if (!(await waitUntilGone(identity, termMs))) {
        signalProcess(identity, 'SIGKILL')
        await waitUntilGone(identity, termMs)
      }
    }
    await reaper.bury(lab)
  }

  function sweep(): Promise<void> {
    const former = sweeping.catch(() => {}) // whoever asked for that one was told
    sweeping = former.then(() => reaper.sweep())
    return sweeping
  }
  function sweepAgain(): void {
    if (closed) return
    const warn = (error: unknown) => log.warn({ error: toErrorBody(error) }, 'labs not swept')
    cancelSweep = clock.after(sweepEveryMs, () => void sweep().catch(warn).then(sweepAgain))
  }

  return {
    start(request) {
      // one at a time: two clicks must not make two labs
      const next = starting.then(() => start(request))
      starting = next.catch(() => {}) // the caller of that start has its error
      return next
    },
    list,
    async runtimes(scenarioId, locale) {
      return runtimeChoice(await loadScenario(await findScenario(scenarios, scenarioId), locale), await availability())
    },
    status: (locale) => readMachineStatus({ build, locale }),
    keepPool,
    async connect(labId, { learner, locale, signal }) {
      ownLab(labId, learner)
      return connectToLab(labId, { locale, build, signal })
    },
    stop: async (labId, learner) => end(ownLab(labId, learner)),
    async stopAll() {
      const labs = findLabs()
      // one that cannot be removed does not keep the others
      const ends = await Promise.allSettled(labs.map(end))
      for (const each of ends) if (each.status === 'rejected') throw each.reason
      return labs.map(({ labId }) => labId)
    },
    sweep,
    keepSweeping: sweepAgain,
    async close() {
      closed = true
      cancelSweep()
      await pool?.close()
      await sweeping.catch(() => {}) // told already
    },
  }
}
