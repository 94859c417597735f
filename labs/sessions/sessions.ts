// A lab's life as web and CLI see it: start, find, connect, stop, and the reaper that runs beside. Owns no lab: labs live in processes of their own.
import { findScenario, loadScenario } from '../catalogue/scenario-catalogue.ts'
import { connectToLab, type LabClient, type LabConfig, labdProgram, launchLab } from '../labd/client.ts'
import { LabError, toErrorBody } from '../spec/errors.ts'
import type { LabState } from '../spec/lab.ts'
import type { Locale, RuntimeName, Scenario } from '../spec/scenario.ts'
import type { Store } from '../store/store.ts'
import { type Clock, systemClock } from '../system/clock.ts'
import type { Environment } from '../system/environment.ts'
import { checkRuntimeFolder } from '../system/folders.ts'
import type { Build } from '../system/installation.ts'
import type { Log } from '../system/log.ts'
import { signalProcess, waitUntilGone } from '../system/processes.ts'
import { readEvents, stateAfter } from './event-reader.ts'
import { type FoundLab, findLab, findLabs } from './lab-folders.ts'
import { createReaper } from './reaper.ts'

export type { LabClient } from '../labd/client.ts'

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
  /** Launches a lab and returns at once; connect to it to see its steps. A learner's running lab of that scenario is returned instead. */
  start(request: StartRequest): Promise<{ labId: string; resumed: boolean }>
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
  /** why no lab can start on this machine, in a sentence; undefined where they can */
  labsUnavailable?: string
  environment: Environment
  /** folder of scenario folders */
  scenarios: string
  log: Log
  clock?: Clock
}

export function createSessions({
  store,
  installation,
  labsUnavailable,
  environment,
  scenarios,
  log,
  clock = systemClock,
}: SessionsOptions): Sessions {
  checkRuntimeFolder()
  const reaper = createReaper(store, log)
  const { build } = installation
  let starting: Promise<unknown> = Promise.resolve()
  let sweeping: Promise<void> = Promise.resolve()
  let cancelSweep = () => {}
  let closed = false

  function ownLab(labId: string, learner: string): FoundLab {
    const lab = findLab(labId)
    if (!lab?.alive) throw new LabError('lab-unknown', `There is no running lab "${labId}".`, { hint: 'It has ended, or it never was.' })
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

  async function resumeRunning(running: LabInfo, request: StartRequest): Promise<{ labId: string; resumed: boolean } | undefined> {
    if (['failed', 'stopping', 'stopped'].includes(running.state) || running.build !== build) {
      await end(ownLab(running.labId, request.learner))
      return undefined
    }
    // a lesson's healthy lab becomes the exercise
    if (running.state === 'healthy' && request.begin === 'broken') {
      const client = await connectToLab(running.labId, { locale: request.locale, build })
      await client.request({ op: 'break' }).finally(client.close)
    }
    return { labId: running.labId, resumed: true }
  }

  async function start(request: StartRequest): Promise<{ labId: string; resumed: boolean }> {
    const folder = await findScenario(scenarios, request.scenarioId)
    const { scenario } = await loadScenario(folder)
    const running = list(request.learner).find(({ scenarioId }) => scenarioId === request.scenarioId)
    const resumed = running && (await resumeRunning(running, request))
    if (resumed) return resumed
    const count = findLabs().filter((lab) => lab.alive).length
    if (count >= environment.maxLabs) {
      throw new LabError('lab-limit', `${count} labs are running on this machine already.`, {
        hint: 'Stop one first, or set PODWIRE_MAX_LABS to a higher number.',
      })
    }
    const { assets } = installation
    if (labsUnavailable || !assets) {
      throw new LabError('runtime-unavailable', labsUnavailable ?? 'What labs run is not staged on this machine.', {
        hint: 'npx podwire doctor shows what is missing and the command that mends it.',
      })
    }
    const config: Omit<LabConfig, 'labId' | 'createdAt' | 'process'> = {
      scenarioId: request.scenarioId,
      scenarioFolder: folder,
      runtime: chooseRuntime(scenario, request.runtime),
      learner: request.learner,
      locale: request.locale,
      begin: request.begin,
      idleMinutes: environment.idleMinutes,
      memoryMB: environment.labMemoryMB,
      logLevel: environment.logLevel,
      forProof: false,
      build,
      assets,
    }
    const { labId } = launchLab({ ...config, program: labdProgram(installation.dist) })
    return { labId, resumed: false }
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
    const identity = lab.config?.process
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
    async connect(labId, { learner, locale, signal }) {
      ownLab(labId, learner)
      return connectToLab(labId, { locale, build, signal })
    },
    stop: async (labId, learner) => end(ownLab(labId, learner)),
    async stopAll() {
      const labs = findLabs()
      await Promise.all(labs.map(end))
      return labs.map(({ labId }) => labId)
    },
    sweep,
    keepSweeping: sweepAgain,
    async close() {
      closed = true
      cancelSweep()
      await sweeping.catch(() => {}) // told already
    },
  }
}

function chooseRuntime(scenario: Scenario, wanted: RuntimeName | 'auto'): RuntimeName {
  const chosen = wanted === 'auto' ? (scenario.runtimes.includes('embedded') ? 'embedded' : scenario.runtimes[0]) : wanted
  if (!chosen || !scenario.runtimes.includes(chosen)) {
    throw new LabError('runtime-unavailable', `${scenario.id} does not run on ${wanted}.`, {
      hint: `It runs on ${scenario.runtimes.join(', ')}.`,
    })
  }
  if (chosen !== 'embedded') {
    throw new LabError('runtime-unavailable', `This build of Podwire does not run labs on ${chosen}.`, { hint: 'Use --runtime embedded.' })
  }
  if (process.platform !== 'linux') {
    throw new LabError('runtime-unavailable', 'Embedded labs need Linux.', { hint: 'npx podwire doctor says what works here.' })
  }
  return chosen
}
