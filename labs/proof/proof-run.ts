// What every phase of a proof needs: grading, moves of the lab, and one phase carried to its result. Used by scenario-proof.ts and mutations/try-mutations.ts.
import { type ErrorCode, LabError } from '../spec/errors.ts'
import type { PhaseName } from '../spec/proof.ts'
import type { GradeResult, ProofSteps } from '../spec/protocol.ts'
import type { RuntimeName, Scenario } from '../spec/scenario.ts'
import type { Clock } from '../system/clock.ts'
import { allPass, type Look, looksBroken, lookUntil, type Patience } from './expectation.ts'
import type { ProofLab } from './proof-lab.ts'
import type { PhaseResult } from './proof-report.ts'

/** What each kind of expectation is given. Network changes take milliseconds, rollouts seconds. */
interface Pace {
  startMs: number
  /** two good looks are enough: something has changed, as it should */
  change: Patience
  /** made-up fixes wait so long for a rollout: some can never end */
  rolloutSeconds: number
  /** nothing may change, so it is watched longer: a fix that should not work could begin to */
  standstill: Patience
}
const paces: Record<RuntimeName, Pace> = {
  embedded: {
    startMs: 60_000,
    rolloutSeconds: 3,
    change: { deadlineMs: 5_000, holdMs: 0 },
    standstill: { deadlineMs: 5_000, holdMs: 500 },
  },
  kind: {
    startMs: 300_000,
    rolloutSeconds: 20,
    change: { deadlineMs: 30_000, holdMs: 0 },
    standstill: { deadlineMs: 30_000, holdMs: 2_000 },
  },
}

/** What a step fails with: its command, or the place where it should run. */
const stepFailures: readonly ErrorCode[] = ['command-failed', 'target-unknown']

/** One phase: what is done first, what is then waited for. */
export interface Phase {
  name: PhaseName
  /** of the wrong fix, the other solution, the mutation */
  of?: string
  patience: Patience
  before(): Promise<unknown>
  look(): Promise<Look>
  /** what the report shall say of the last look */
  describe?(seen: Look): Partial<PhaseResult>
}

export interface ProofRun {
  readonly scenario: Scenario
  readonly lab: ProofLab
  readonly pace: Pace
  /** Carries a phase to its result. A step of the scenario that fails is a result; a lab that refuses or dies rejects. */
  phase(phase: Phase): Promise<PhaseResult>
  move(op: 'break' | 'reset' | 'withdraw'): Promise<void>
  /** Breaks the lab anew and waits until the learner's own grader has seen it, then takes the steps. */
  breakAnd(steps: ProofSteps): Promise<void>
  /** All passes but questions, which nobody has answered while nothing is broken. */
  lookHealthy(): Promise<Look>
  lookSolved(): Promise<Look>
  lookBroken(): Promise<Look>
  /** Checks and guards, judged by `problemOf`; a lab that counts as solved is a problem that stays. */
  lookUnsolved(problemOf: (results: GradeResult[]) => string | undefined): Promise<Look>
}

export interface ProofRunOptions {
  scenario: Scenario
  runtime: RuntimeName
  lab: ProofLab
  clock: Clock
  signal: AbortSignal
  /** takes the results, also those of other labs of this proof */
  phases: PhaseResult[]
  onPhase?: ((phase: PhaseResult) => void) | undefined
}

export function createProofRun({ scenario, runtime, lab, clock, signal, phases, onPhase }: ProofRunOptions): ProofRun {
  const pace = paces[runtime]
  const grade = async (what: 'checks' | 'guards' | 'symptom'): Promise<GradeResult[]> =>
    (await lab.client.request({ op: 'proof.grade', what })).results
  const checksAndGuards = async () => (await Promise.all([grade('checks'), grade('guards')])).flat()

  const questions = scenario.checks.flatMap((check) => ('question' in check ? [check.id] : []))

  async function attempt({ before, look, patience }: Phase): Promise<Look> {
    try {
      await before()
    } catch (error) {
      if (error instanceof LabError && stepFailures.includes(error.code)) return { results: [], problem: error.message, undone: true }
      throw error
    }
    return lookUntil(look, patience, clock, signal)
  }
  const move: ProofRun['move'] = async (op) => {
    await lab.client.request({ op })
    await lab.reached(op === 'withdraw' ? 'healthy' : 'broken', pace.startMs)
  }

  return {
    scenario,
    lab,
    pace,
    move,
    async phase(phase) {
      const startedMs = clock.monotonicMs()
      const seen = await attempt(phase)
      const { problem, results } = seen
      const result: PhaseResult = {
        phase: phase.name,
        ...(phase.of ? { of: phase.of } : {}),
        ok: problem === undefined,
        ms: Math.round(clock.monotonicMs() - startedMs),
        states: Object.fromEntries(results.filter(({ kind }) => kind !== 'symptom').map(({ id, state }) => [id, state])),
        ...(problem ? { problem, evidence: results } : {}),
        ...phase.describe?.(seen),
      }
      phases.push(result)
      onPhase?.(result)
      return result
    },
    async breakAnd(steps) {
      await move('reset')
      await lab.sawFault(pace.change.deadlineMs)
      await lab.client.request({ op: 'proof.steps', steps })
    },
    async lookHealthy() {
      const results = await checksAndGuards()
      return { results, problem: allPass(results.filter(({ id }) => !questions.includes(id))) }
    },
    async lookSolved() {
      const results = await checksAndGuards()
      return { results, problem: allPass(results) }
    },
    async lookBroken() {
      const [symptom, checks, guards] = await Promise.all([grade('symptom'), grade('checks'), grade('guards')])
      return { results: [...symptom, ...checks, ...guards], problem: looksBroken(symptom, checks, guards) }
    },
    async lookUnsolved(problemOf) {
      const results = await checksAndGuards()
      if (lab.state() === 'solved') return { results, problem: 'the lab counts it as solved', final: true }
      return { results, problem: problemOf(results) }
    },
  }
}
