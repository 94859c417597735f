// The proof of one scenario, as DESIGN words it: healthy, broken, each wrong fix turned down, every solution and a resync, made-up fixes, reset and
// withdrawal. Called by run-proofs.ts.
import { scenarioDigest } from '../catalogue/proof-catalogue.ts'
import type { LoadedScenario } from '../catalogue/scenario-catalogue.ts'
import { toErrorBody } from '../spec/errors.ts'
import { phaseNames } from '../spec/proof.ts'
import type { RuntimeName, Scenario } from '../spec/scenario.ts'
import type { Clock } from '../system/clock.ts'
import { isRejectedBy } from './expectation.ts'
import { shareTasks, type Task } from './lanes.ts'
import { planMutations } from './mutations/try-mutations.ts'
import type { ProofLab } from './proof-lab.ts'
import type { PhaseResult, ScenarioProof } from './proof-report.ts'
import { createProofRun, type ProofRun } from './proof-run.ts'

export interface ScenarioProofOptions {
  loaded: LoadedScenario
  runtime: RuntimeName
  /** also the wrong fixes that are made up from what the lab holds */
  mutations: boolean
  /** how many labs share the work */
  lanes: number
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

  const labs: ProofLab[] = []
  const phases: PhaseResult[] = []
  const openLane = async () => {
    const lab = await startLab()
    labs.push(lab)
    return createProofRun({ scenario, runtime, lab, clock, signal, phases, onPhase })
  }
  try {
    const error = await prove(openLane, options).catch((reason: unknown) => reason ?? new Error('it ended without a reason'))
    const result = proof(inOrder(phases, scenario), error ?? undefined)
    if (!result.ok && labs[0]) result.logFolder = await labs[0].keepLogs(result)
    for (const lab of labs.slice(1)) if (result.logFolder) await lab.keepLogs(result, result.logFolder)
    signal.throwIfAborted()
    return result
  } finally {
    await Promise.all(labs.map((lab) => lab.stop()))
  }
}

/** As the proof is told, whichever lane was quicker. */
function inOrder(phases: readonly PhaseResult[], scenario: Scenario): PhaseResult[] {
  const fixes = [...scenario.wrongFixes, ...scenario.otherSolutions].map(({ id }) => id)
  const rank = ({ phase, of }: PhaseResult) =>
    phaseNames.indexOf(phase) * 1000 + (phase === 'mutation' || of === undefined ? 0 : fixes.indexOf(of))
  return [...phases].sort((a, b) => rank(a) - rank(b))
}

async function prove(openLane: () => Promise<ProofRun>, { mutations, lanes }: ScenarioProofOptions): Promise<void> {
  const first = openLane()
  const others = Array.from({ length: lanes - 1 }, openLane)
  for (const other of others) other.catch(() => undefined) // awaited when there is work for it
  try {
    await proveIn(await first, others, mutations)
  } finally {
    await Promise.allSettled(others) // a lab that is still starting must be known when all are stopped
  }
}

async function proveIn(run: ProofRun, others: readonly Promise<ProofRun>[], mutations: boolean): Promise<void> {
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
  const lanes = [Promise.resolve(run), ...others.map(breakFirst)]
  for (const lane of lanes) lane.catch(() => undefined)
  await shareTasks(lanes, [
    ...scenario.wrongFixes.map(
      ({ id, rejectedBy }): Task =>
        (each) =>
          refuse(each, id, rejectedBy, failsAnyway.includes(rejectedBy)),
    ),
    (each) => accept(each),
    ...scenario.otherSolutions.map(
      ({ id }): Task =>
        (each) =>
          accept(each, id),
    ),
  ])
  if (mutations) await shareTasks(lanes, await planMutations(run))
  const { ok } = await phase({ name: 'reset', patience: change, before: () => move('reset'), look: lookBroken })
  if (ok) await phase({ name: 'withdrawn', patience: change, before: () => move('withdraw'), look: lookHealthy })
}

/** A lab that only shares the work comes to its beginning without a word in the report. */
async function breakFirst(lane: Promise<ProofRun>): Promise<ProofRun> {
  const run = await lane
  await run.lab.reached('healthy', run.pace.startMs)
  await run.move('break')
  return run
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
async function accept({ lab, pace, phase, breakAnd, lookSolved }: ProofRun, id?: string): Promise<void> {
  const of = id === undefined ? {} : { of: id }
  const name = id === undefined ? 'solution' : 'other-solution'
  const solve = () => breakAnd({ kind: 'solution', ...(id === undefined ? {} : { id }) })
  if (!(await phase({ name, ...of, patience: pace.change, before: solve, look: lookSolved })).ok) return
  // the learner's own grader must come to the same end
  await lab.reached('solved', pace.change.deadlineMs)
  const resync = () => lab.client.request({ op: 'proof.resync' })
  await phase({ name: 'resync', ...of, patience: pace.standstill, before: resync, look: lookSolved })
}
