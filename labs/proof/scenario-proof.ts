// The proof of one scenario, as DESIGN words it: healthy, broken, each wrong fix turned down, the solution and a resync, reset and withdrawal.
// Called by run-proofs.ts.
import { scenarioDigest } from '../catalogue/proof-catalogue.ts'
import type { LoadedScenario } from '../catalogue/scenario-catalogue.ts'
import { LabError, toErrorBody } from '../spec/errors.ts'
import type { GradeResult } from '../spec/protocol.ts'
import type { RuntimeName } from '../spec/scenario.ts'
import type { Clock } from '../system/clock.ts'
import { allPass, isRejectedBy, type Look, looksBroken, lookUntil, type Patience } from './expectation.ts'
import type { ProofLab } from './proof-lab.ts'
import type { PhaseName, PhaseResult, ScenarioProof } from './proof-report.ts'

export interface ScenarioProofOptions {
  loaded: LoadedScenario
  runtime: RuntimeName
  /** a lab of this scenario that starts healthy */
  startLab(): Promise<ProofLab>
  clock: Clock
  signal: AbortSignal
  onPhase?(phase: PhaseResult): void
}

/** What each kind of expectation is given. Network changes take milliseconds, rollouts seconds. */
interface Pace {
  startMs: number
  /** two good looks are enough: something has changed, as it should */
  change: Patience
  /** nothing may change, so it is watched longer: a fix that should not work could begin to */
  standstill: Patience
}
const paces: Record<RuntimeName, Pace> = {
  embedded: { startMs: 60_000, change: { deadlineMs: 5_000, holdMs: 0 }, standstill: { deadlineMs: 5_000, holdMs: 500 } },
  kind: { startMs: 300_000, change: { deadlineMs: 30_000, holdMs: 0 }, standstill: { deadlineMs: 30_000, holdMs: 2_000 } },
}

/** Proves one scenario. Rejects only when aborted: everything else, a lab that does not start included, is in the result. */
export async function proveScenario({ loaded, runtime, startLab, clock, signal, onPhase }: ScenarioProofOptions): Promise<ScenarioProof> {
  const { scenario } = loaded
  const startedMs = clock.monotonicMs()
  const phases: PhaseResult[] = []
  const pace = paces[runtime]
  const proof = (extra: Partial<ScenarioProof> = {}): ScenarioProof => ({
    scenarioId: scenario.id,
    runtime,
    ok: phases.every((phase) => phase.ok) && extra.error === undefined,
    ms: Math.round(clock.monotonicMs() - startedMs),
    digest: scenarioDigest(loaded),
    phases,
    ...extra,
  })

  let lab: ProofLab
  try {
    lab = await startLab()
  } catch (error) {
    signal.throwIfAborted()
    return proof({ error: toErrorBody(error) })
  }

  const grade = async (what: 'checks' | 'guards' | 'symptom'): Promise<GradeResult[]> =>
    (await lab.client.request({ op: 'proof.grade', what })).results
  const checksAndGuards = async () => (await Promise.all([grade('checks'), grade('guards')])).flat()
  const lookHealthy = async (): Promise<Look> => {
    const results = await checksAndGuards()
    return { results, problem: allPass(results) }
  }
  const lookBroken = async (): Promise<Look> => {
    const [symptom, checks, guards] = await Promise.all([grade('symptom'), grade('checks'), grade('guards')])
    return { results: [...symptom, ...checks, ...guards], problem: looksBroken(symptom, checks, guards) }
  }
  const lookRejected = async (judge: string): Promise<Look> => {
    const results = await checksAndGuards()
    if (lab.state() === 'solved') return { results, problem: 'the lab counts it as solved', final: true }
    return { results, problem: isRejectedBy(judge, results) }
  }

  /** A step of the scenario that fails is a result; a lab that refuses or dies ends the proof. */
  async function attempt(before: () => Promise<unknown>, look: () => Promise<Look>): Promise<Look> {
    try {
      await before()
    } catch (error) {
      if (error instanceof LabError && error.code === 'command-failed') return { results: [], problem: error.message }
      throw error
    }
    return look()
  }
  /** Runs one phase to its result. */
  async function phase(
    name: PhaseName,
    patience: Patience,
    before: () => Promise<unknown>,
    look: () => Promise<Look>,
    wrongFix?: { id: string; judge: string },
  ): Promise<boolean> {
    const phaseMs = clock.monotonicMs()
    const { results, problem } = await attempt(before, () => lookUntil(look, patience, clock, signal))
    const sentence = wrongFix && results.find(({ id }) => id === wrongFix.judge)?.sentence
    const result: PhaseResult = {
      phase: name,
      ok: problem === undefined,
      ms: Math.round(clock.monotonicMs() - phaseMs),
      ...(wrongFix ? { wrongFixId: wrongFix.id } : {}),
      ...(sentence ? { sentence } : {}),
      ...(problem ? { problem, evidence: results } : {}),
    }
    phases.push(result)
    onPhase?.(result)
    return result.ok
  }
  const move = async (op: 'break' | 'reset' | 'withdraw') => {
    await lab.client.request({ op })
    await lab.reached(op === 'withdraw' ? 'healthy' : 'broken', pace.startMs)
  }

  async function prove(): Promise<void> {
    const { change, standstill } = pace
    let failsAnyway: string[] = []
    const lookFirstBroken = async () => {
      const seen = await lookBroken()
      failsAnyway = seen.results.filter(({ state }) => state === 'fail').map(({ id }) => id)
      return seen
    }
    if (!(await phase('healthy', change, () => lab.reached('healthy', pace.startMs), lookHealthy))) return
    if (!(await phase('broken', change, () => move('break'), lookFirstBroken))) return
    for (const { id, rejectedBy } of scenario.wrongFixes) {
      const tryIt = async () => {
        await move('reset')
        await lab.client.request({ op: 'proof.steps', steps: 'wrongFix', wrongFixId: id })
      }
      const patience = failsAnyway.includes(rejectedBy) ? standstill : change
      await phase('wrong-fix', patience, tryIt, () => lookRejected(rejectedBy), { id, judge: rejectedBy })
    }
    const solve = async () => {
      await move('reset')
      await lab.sawFault(change.deadlineMs)
      await lab.client.request({ op: 'proof.steps', steps: 'solution' })
    }
    if (await phase('solution', change, solve, lookHealthy)) {
      // the learner's own grader must come to the same end
      await lab.reached('solved', change.deadlineMs)
      await phase('resync', standstill, () => lab.client.request({ op: 'proof.resync' }), lookHealthy)
    }
    if (await phase('reset', change, () => move('reset'), lookBroken)) await phase('withdrawn', change, () => move('withdraw'), lookHealthy)
  }

  let error: unknown
  try {
    await prove()
  } catch (reason) {
    error = reason
  }
  try {
    const result = proof(error === undefined ? {} : { error: toErrorBody(error) })
    if (!result.ok) result.logFolder = await lab.keepLogs(result)
    signal.throwIfAborted()
    return result
  } finally {
    await lab.stop()
  }
}
