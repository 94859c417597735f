// What pages need of the web process beyond files: the learner's progress and solutions, the state of the machine. scripts/web.ts provides it before
// Next starts; both run in one process.
import type { CommandView, LabState } from '../../labs/spec/lab.ts'
import type { Locale } from '../../labs/spec/names.ts'
import type { SolvedRecord } from '../../labs/spec/progress-file.ts'
import type { MachineStatus } from '../../labs/spec/status.ts'

export interface ScenarioProgress {
  scenarioId: string
  /** epoch ms of the last attempt's start */
  lastAt: number
  /** the quickest solution, when there is one */
  solved?: { at: number; ms: number }
}
export interface RunningLab {
  labId: string
  scenarioId: string
  state: LabState
  createdAt: number
}
export interface LearnerProgress {
  scenarios: ScenarioProgress[]
  running: RunningLab[]
}
/** A solved attempt as the store has it. */
export interface LastSolution {
  runtime: string
  /** epoch ms from which the lab's time counted */
  startedAt: number
  solvedAt: number
  ms: number
  hints: number
  resets: number
  commands: CommandView[]
}
export interface WebServices {
  /** Empty for a newcomer. */
  progress(learner: string | undefined): Promise<LearnerProgress>
  /** What a learner takes along. */
  solved(learner: string): Promise<SolvedRecord[]>
  /** Adds what was solved elsewhere. */
  addSolved(learner: string, solved: readonly SolvedRecord[]): Promise<void>
  /** The last time this learner solved it; outlives the lab. */
  lastSolution(learner: string | undefined, scenarioId: string): Promise<LastSolution | undefined>
  /** All that runs on this machine; of labs of others only that they run. */
  status(learner: string | undefined, locale: Locale): Promise<MachineStatus>
}

/** The request header in which the web process tells pages who asks; what a browser sends under this name is thrown away. */
export const learnerHeader = 'x-podwire-learner'

const slot = Symbol.for('podwire.web-services')
type Slot = { [slot]?: WebServices }

/** Called once by the web process. */
export function provideWebServices(services: WebServices): void {
  ;(globalThis as Slot)[slot] = services
}

/** Throws when a page is served by anything but the web process (`next start` alone). */
export function webServices(): WebServices {
  const services = (globalThis as Slot)[slot]
  if (!services) throw new Error('Podwire’s pages are served by dist/web.mjs: run `npm start`.')
  return services
}
