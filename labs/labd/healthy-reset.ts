// Gives a lab its beginning back, and makes sure of it: a runtime that only undoes what was done must show that it did. Used by lab.ts.
import type { Grader } from '../grading/grader.ts'
import type { Cluster } from '../runtimes/runtime.ts'
import { toErrorBody } from '../spec/errors.ts'
import type { Clock } from '../system/clock.ts'
import type { Log } from '../system/log.ts'
import type { Exercise } from './exercise.ts'

/** Rules and endpoints of fresh Pods may take a moment on a real cluster. */
const looks = 10
const pauseMs = 500

export interface Restoring {
  cluster: Pick<Cluster, 'restore' | 'recreate'>
  exercise: Pick<Exercise, 'setUp'>
  grader: Pick<Grader, 'baseline' | 'checks' | 'guards'>
  clock: Clock
  log: Log
}

/** Resolves with a healthy lab of fresh workloads. Throws what keeps the cluster from being made anew, or the signal's reason. */
export async function restoreHealthy(parts: Restoring, signal: AbortSignal): Promise<void> {
  const { cluster, exercise, log } = parts
  if (!cluster.recreate) {
    await cluster.restore(signal)
    return exercise.setUp(signal)
  }
  try {
    await cluster.restore(signal)
    await exercise.setUp(signal)
    const bad = await ailments(parts, signal)
    if (bad.length === 0) return
    log.warn({ bad }, 'restored, but not healthy: the cluster is made anew')
  } catch (error) {
    signal.throwIfAborted()
    log.warn({ error: toErrorBody(error) }, 'not restored: the cluster is made anew')
  }
  await cluster.recreate(signal)
  await exercise.setUp(signal)
}

/** What the scenario's own checks and guards hold against a lab that should be whole; a word for each. */
async function ailments({ grader, clock }: Restoring, signal: AbortSignal): Promise<string[]> {
  await grader.baseline(signal)
  for (let look = 1; ; look++) {
    const results = [...(await grader.checks(signal)), ...(await grader.guards(signal))]
    const bad = results.filter(({ state }) => state === 'fail' || state === 'unknown')
    if (bad.length === 0 || look >= looks) return bad.map(({ id, seen }) => `${id}: ${seen}`)
    await clock.sleep(pauseMs, signal)
  }
}
