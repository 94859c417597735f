// What pages show of a learner, gathered from the store and the running labs. Used by scripts/web.ts.
import type { LastSolution, LearnerProgress, ScenarioProgress, WebServices } from '../app/server/web-services.ts'
import type { Sessions } from '../labs/sessions/sessions.ts'
import type { Store } from '../labs/store/store.ts'

export function createProgressReader(store: Pick<Store, 'solved' | 'attempts'>, sessions: Pick<Sessions, 'list'>) {
  return async (learner: string | undefined): Promise<LearnerProgress> => {
    if (!learner) return { scenarios: [], running: [] }
    const [solved, attempts] = await Promise.all([store.solved(learner), store.attempts(learner)])
    const scenarios = new Map<string, ScenarioProgress>()
    for (const { scenarioId, createdAt } of attempts) {
      const known = scenarios.get(scenarioId)
      if (!known || known.lastAt < createdAt) scenarios.set(scenarioId, { scenarioId, lastAt: createdAt })
    }
    for (const { scenarioId, firstAt, lastAt, bestMs } of solved) {
      scenarios.set(scenarioId, { ...(scenarios.get(scenarioId) ?? { scenarioId, lastAt }), solved: { at: firstAt, ms: bestMs } })
    }
    const running = sessions.list(learner).filter((lab) => !['stopping', 'stopped', 'failed'].includes(lab.state))
    return {
      scenarios: [...scenarios.values()],
      running: running.map(({ labId, scenarioId, state, createdAt }) => ({ labId, scenarioId, state, createdAt })),
    }
  }
}

/** What goes into a learner's file, and what comes out of one. */
export function createSolvedKeeper(store: Pick<Store, 'solved' | 'addSolved'>): Pick<WebServices, 'solved' | 'addSolved'> {
  return {
    solved: async (learner) => (await store.solved(learner)).map(({ scenarioId, ...rest }) => ({ scenario: scenarioId, ...rest })),
    addSolved: (learner, solved) =>
      store.addSolved(
        learner,
        Date.now(),
        solved.map(({ scenario, ...rest }) => ({ scenarioId: scenario, ...rest })),
      ),
  }
}

export function createSolutionReader(store: Pick<Store, 'lastSolution'>) {
  return async (learner: string | undefined, scenarioId: string): Promise<LastSolution | undefined> => {
    const solution = learner && (await store.lastSolution(learner, scenarioId))
    if (!solution) return undefined
    const { runtime, solvedAt, solveMs, hints, resets, commands } = solution
    return { runtime, startedAt: solvedAt - solveMs, solvedAt, ms: solveMs, hints, resets, commands }
  }
}
