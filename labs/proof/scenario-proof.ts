// The proof of one scenario, as DESIGN words it: healthy, broken, each wrong fix turned down, every solution and a resync, made-up fixes, reset and
// withdrawal. Called by run-proofs.ts.
import { scenarioDigest } from '../catalogue/proof-catalogue.ts'
import type { LoadedScenario } from '../catalogue/scenario-catalogue.ts'
import { toErrorBody } from '../spec/errors.ts'
import type { RuntimeName } from '../spec/scenario.ts'
import type { Clock } from '../system/clock.ts'
import { isRejectedBy } from './expectation.ts'
import { tryMutations } from './mutations/try-mutations.ts'
import type { ProofLab } from './proof-lab.ts'
import type { PhaseResult, ScenarioProof } from './proof-report.ts'
import { createProofRun, type ProofRun } from './proof-run.ts'

export interface ScenarioProofOptions {
  loaded: LoadedScenario
  runtime: RuntimeName
  /** also the wrong fixes that are made up from what the lab holds */
  mutations: boolean
  /** a lab of this scenario that starts healthy */
  startLab(): Promise<ProofLab>
  clock: Clock
  signal: AbortSignal
  onPhase?(phase: PhaseResult): void
}

/** Proves one scenario. Rejects only when aborted: everything else, a lab that does not start included, is in the result. */
export async function proveScenario(options: ScenarioProofOptions): Promise<ScenarioProof> {
  const { loaded, runtime, startLab, clock, signal, onPhase } = options
  const { scenario, text } = loaded
  const startedMs = clock.monotonicMs()
  const proof = (phases: readonly PhaseResult[], error?: unknown): ScenarioProof => ({
    scenarioId: scenario.id,
    title: text.title,
    runtime,
    judges: [
      ...scenario.checks.map(({ id }) => ({ id, kind: 'check' as const, title: text.checks[id]?.title ?? id })),
      ...scenario.guards.map(({ id }) => ({ id, kind: 'guard' as const, title: text.guards[id]?.title ?? id })),
    ],
    ok: phases.every((phase) => phase.ok) && error === undefined,
    ms: Math.round(clock.monotonicMs() - startedMs),
    digest: scenarioDigest(loaded),
    phases: [...phases],
    ...(error === undefined ? {} : { error: toErrorBody(error) }),
  })

  let lab: ProofLab
  try {
    lab = await startLab()
  } catch (error) {
    signal.throwIfAborted()
    return proof([], error)
  }
  try {
    const run = createProofRun({ scenario, runtime, lab, clock, signal, onPhase })
    const error = await prove(run, options.mutations).catch((reason: unknown) => reason ?? new Error('it ended without a reason'))
    const result = proof(run.phases, error ?? undefined)
    if (!result.ok) result.logFolder = await lab.keepLogs(result)
    signal.throwIfAborted()
    return result
  } finally {
    await lab.stop()
  }
}

async function prove(run: ProofRun, mutations: boolean): Promise<void> {
  const { scenario, lab, pace, phase, move, lookHealthy, lookBroken } = run
  const { change } = pace
  let failsAnyway: string[] = []
  const lookFirstBroken = async () => {
    const seen = await lookBroken()
    failsAnyway = seen.results.filter(({ state }) => state === 'fail').map(({ id }) => id)
    return seen
  }
  const start = () => lab.reached('healthy', pace.startMs)
  if (!(await phase({ name: 'healthy', patience: change, before: start, look: lookHealthy })).ok) return
  if (!(await phase({ name: 'broken', patience: change, before: () => move('break'), look: lookFirstBroken })).ok) return
  for (const { id, rejectedBy } of scenario.wrongFixes) await refuse(run, id, rejectedBy, failsAnyway.includes(rejectedBy))
  await accept(run)
  for (const { id } of scenario.otherSolutions) await accept(run, id)
  if (mutations) await tryMutations(run)
  const { ok } = await phase({ name: 'reset', patience: change, before: () => move('reset'), look: lookBroken })
  if (ok) await phase({ name: 'withdrawn', patience: change, before: () => move('withdraw'), look: lookHealthy })
}

/** `failsAnyway`: its judge fails without it too, so it is watched whether that lasts. */
async function refuse({ lab, pace, phase, move, lookUnsolved }: ProofRun, id: string, judge: string, failsAnyway: boolean): Promise<void> {
  await phase({
    name: 'wrong-fix',
    of: id,
    patience: failsAnyway ? pace.standstill : pace.change,
    async before() {
      await move('reset')
      await lab.client.request({ op: 'proof.steps', steps: { kind: 'wrongFix', id } })
    },
    look: () => lookUnsolved((results) => isRejectedBy(judge, results)),
    describe({ results }) {
      const sentence = results.find((result) => result.id === judge)?.sentence
      return { by: judge, ...(sentence ? { sentence } : {}) }
    },
  })
}

/** The solution, or another one. */
async function accept({ lab, pace, phase, breakAnd, lookHealthy }: ProofRun, id?: string): Promise<void> {
  const of = id === undefined ? {} : { of: id }
  const name = id === undefined ? 'solution' : 'other-solution'
  const solve = () => breakAnd({ kind: 'solution', ...(id === undefined ? {} : { id }) })
  if (!(await phase({ name, ...of, patience: pace.change, before: solve, look: lookHealthy })).ok) return
  // the learner's own grader must come to the same end
  await lab.reached('solved', pace.change.deadlineMs)
  const resync = () => lab.client.request({ op: 'proof.resync' })
  await phase({ name: 'resync', ...of, patience: pace.standstill, before: resync, look: lookHealthy })
}
