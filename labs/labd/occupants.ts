// Who lives in a lab process: a spare until it is assigned, and a lab from then on, or a lab from the start. Used by main.ts.
import type { Runtime } from '../runtimes/runtime.ts'
import { LabError, toErrorBody } from '../spec/errors.ts'
import type { Assignment } from '../spec/lab.ts'
import type { Request } from '../spec/protocol.ts'
import type { Clock } from '../system/clock.ts'
import type { Log } from '../system/log.ts'
import { eventsFile, isSpare, type LabConfig, type ProcessConfig, type SpareConfig, writeLabConfig } from './config.ts'
import { createEventLog } from './event-log.ts'
import type { LabScenario } from './exercise.ts'
import { watchKeeper } from './keeper-watch.ts'
import { createLab } from './lab.ts'
import { readLogTail } from './launch.ts'
import { handleRequest } from './requests.ts'
import { loadLabScenario } from './scenario-files.ts'
import { createSpare } from './spare.ts'
import type { Connection, Handled } from './viewer-server.ts'

export interface Occupants {
  handle(connection: Connection, request: Request, tail: Buffer): Handled | Promise<Handled>
  /** That connection is gone. */
  leave(connection: Connection): void
  /** Creates the cluster. */
  begin(): void
  stop(): Promise<void>
  /** resolves when nobody lives here any more and nothing of them runs */
  readonly ended: Promise<void>
}

export interface OccupantsOptions {
  folder: string
  runtime: Runtime
  clock: Clock
  log: Log
}

type Occupant = Occupants

/** Throws scenario-unknown and scenario-invalid for a lab whose scenario is none. */
export async function createOccupants(config: ProcessConfig, options: OccupantsOptions): Promise<Occupants> {
  let markEnded = () => {}
  const ended = new Promise<void>((resolve) => {
    markEnded = resolve
  })
  const settle = (next: Occupant): Occupant => {
    void next.ended.then(markEnded)
    return next
  }
  let occupant = settle(
    isSpare(config)
      ? createSpareOccupant(config, options, (lab) => {
          occupant = settle(lab)
        })
      : createLabOccupant(config, await load(config, options), options.runtime, options),
  )
  return {
    ended,
    handle: (connection, request, tail) => occupant.handle(connection, request, tail),
    leave: (connection) => occupant.leave(connection),
    begin: () => occupant.begin(),
    stop: () => occupant.stop(),
  }
}

const load = ({ scenarioFolder, locale }: Pick<Assignment, 'scenarioFolder' | 'locale'>, { log }: OccupantsOptions): Promise<LabScenario> =>
  loadLabScenario(scenarioFolder, locale, (error) => log.warn({ error: toErrorBody(error) }, 'text not loaded'))

function createLabOccupant(config: LabConfig, loaded: LabScenario, runtime: Runtime, { folder, clock, log }: OccupantsOptions): Occupant {
  const events = createEventLog(eventsFile(folder), clock.now)
  const lab = createLab({ config, folder, loaded, runtime, clock, log, events, readLogs: () => readLogTail(folder) })
  return {
    ended: lab.ended,
    handle: (connection, request, tail) => handleRequest(lab, connection, request, tail),
    leave(connection) {
      lab.terminals.detachAll(connection)
      lab.execs.endAll(connection)
    },
    begin: () => void lab.boot(),
    stop: lab.stop,
  }
}

function createSpareOccupant(config: SpareConfig, options: OccupantsOptions, moveIn: (lab: Occupant) => void): Occupant {
  const { folder, clock, log } = options
  const spare = createSpare({ ...options, config, save: (change) => writeLabConfig(folder, { ...config, ...change }) })
  const stopWatch = watchKeeper(clock, () => {
    log.warn({}, 'nobody keeps this spare')
    void spare.stop()
  })
  void spare.ended.then(stopWatch)
  /** from the moment somebody was promised it: a second one is refused though the first one's scenario is still being read */
  let promised = false

  async function assign({ scenarioId, scenarioFolder, learner, locale, begin, idleMinutes, memoryMB }: Assignment): Promise<void> {
    spare.requireFree()
    if (promised) throw new LabError('lab-state', 'This spare was given away a moment ago.')
    promised = true
    try {
      const loaded = await load({ scenarioFolder, locale }, options)
      spare.requireFree() // it may have died meanwhile
      if (loaded.scenario.cni !== 'kindnet')
        throw new LabError('lab-state', `This spare has the CNI shape kindnet, and ${scenarioId} needs ${loaded.scenario.cni}.`)
      const { warm, readyAt, failed, ...machine } = config
      const given = { scenarioId, scenarioFolder, learner, locale, begin, idleMinutes, memoryMB }
      const lab: LabConfig = { ...machine, ...given, createdAt: clock.now(), forProof: false, fromPool: true }
      writeLabConfig(folder, lab)
      const occupant = createLabOccupant(lab, loaded, spare.take(loaded.scenario.hosts.length > 0), options)
      stopWatch()
      moveIn(occupant)
      occupant.begin()
    } catch (error) {
      promised = false
      throw error
    }
  }

  return {
    ended: spare.ended,
    handle(connection, request) {
      switch (request.op) {
        case 'status':
          return { value: spare.status(connection.locale) }
        case 'assign':
          return assign(request).then(() => ({}))
        case 'dismiss':
          // its scenario is being read: it is as good as somebody's
          if (promised) throw new LabError('lab-state', 'This spare was given away a moment ago.')
          return spare.stop().then(() => ({}))
        case 'stop':
          return spare.stop().then(() => ({}))
        default:
          throw new LabError('lab-state', 'This is a spare: nobody’s lab yet.')
      }
    },
    leave: () => {},
    begin: spare.begin,
    stop: spare.stop,
  }
}
