// What a learner has done, for pages and the CLI. Part of the Store.
import { type Kysely, sql } from 'kysely'
import type { CommandView } from '../spec/lab.ts'
import { retryWhenBusy } from './busy-retry.ts'
import type { Tables } from './tables.ts'

export interface SolvedScenario {
  scenarioId: string
  firstAt: number
  lastAt: number
  bestMs: number
  times: number
}
export interface Attempt {
  labId: string
  scenarioId: string
  runtime: string
  learner: string
  createdAt: number
  startMs?: number
  brokenAt?: number
  solvedAt?: number
  solveMs?: number
  hints: number
  resets: number
  endedAt?: number
  endReason?: string
  endDetail?: string
}
/** A solved attempt. */
export interface Solution extends Attempt {
  solvedAt: number
  solveMs: number
  commands: CommandView[]
}
export interface Progress {
  solved(learner: string): Promise<SolvedScenario[]>
  /** Takes over what was solved elsewhere: nothing is lost, the better of two times stays. All or none. */
  addSolved(learner: string, at: number, solved: readonly SolvedScenario[]): Promise<void>
  /** newest first */
  attempts(learner: string, scenarioId?: string): Promise<Attempt[]>
  attempt(labId: string): Promise<Attempt | undefined>
  /** The attempt with what was typed, if it was solved. */
  solution(labId: string): Promise<Solution | undefined>
  /** The newest attempt of this scenario that was solved, with what was typed; what a debrief is made of once the lab is gone. */
  lastSolution(learner: string, scenarioId: string): Promise<Solution | undefined>
  /** in the order they were run */
  commands(labId: string): Promise<CommandView[]>
}

/** Makes the learner's row when it is not there. */
export async function ensureLearner(db: Kysely<Tables>, id: string, at: number): Promise<void> {
  await db
    .insertInto('learners')
    .values({ id, created_at: at })
    .onConflict((c) => c.column('id').doNothing())
    .execute()
}

type AttemptRow = Omit<Tables['attempts'], 'hints' | 'resets' | 'folded_bytes'> & { hints: number; resets: number }
const attemptOf = (row: AttemptRow): Attempt => ({
  labId: row.lab_id,
  scenarioId: row.scenario_id,
  runtime: row.runtime,
  learner: row.learner,
  createdAt: row.created_at,
  startMs: row.start_ms ?? undefined,
  brokenAt: row.broken_at ?? undefined,
  solvedAt: row.solved_at ?? undefined,
  solveMs: row.solve_ms ?? undefined,
  hints: row.hints,
  resets: row.resets,
  endedAt: row.ended_at ?? undefined,
  endReason: row.end_reason ?? undefined,
  endDetail: row.end_detail ?? undefined,
})

/** as many as a lab itself remembers */
const keptCommands = 500

export function createProgress(db: Kysely<Tables>): Progress {
  async function commands(labId: string): Promise<CommandView[]> {
    const rows = await db.selectFrom('commands').selectAll().where('lab_id', '=', labId).orderBy('number').execute()
    return rows.map((row) => ({ at: row.at, target: row.target, command: row.command, exitCode: row.exit_code ?? undefined }))
  }
  async function solution(labId: string): Promise<Solution | undefined> {
    const row = await db.selectFrom('attempts').selectAll().where('lab_id', '=', labId).executeTakeFirst()
    if (!row || row.solved_at === null || row.solve_ms === null) return undefined
    return { ...attemptOf(row), solvedAt: row.solved_at, solveMs: row.solve_ms, commands: (await commands(labId)).slice(-keptCommands) }
  }
  return {
    commands,
    solution,
    async lastSolution(learner, scenarioId) {
      const row = await db
        .selectFrom('attempts')
        .select('lab_id')
        .where('learner', '=', learner)
        .where('scenario_id', '=', scenarioId)
        .where('solved_at', 'is not', null)
        .orderBy('solved_at', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row && solution(row.lab_id)
    },
    async solved(learner) {
      const rows = await db.selectFrom('solved').selectAll().where('learner', '=', learner).orderBy('first_at').execute()
      return rows.map((row) => ({
        scenarioId: row.scenario_id,
        firstAt: row.first_at,
        lastAt: row.last_at,
        bestMs: row.best_ms,
        times: row.times,
      }))
    },
    async addSolved(learner, at, solved) {
      await retryWhenBusy(() =>
        db.transaction().execute(async (tx) => {
          await ensureLearner(tx, learner, at)
          for (const { scenarioId, firstAt, lastAt, bestMs, times } of solved)
            await tx
              .insertInto('solved')
              .values({ learner, scenario_id: scenarioId, first_at: firstAt, last_at: lastAt, best_ms: bestMs, times })
              .onConflict((c) =>
                c.columns(['learner', 'scenario_id']).doUpdateSet({
                  first_at: sql<number>`case when solved.first_at < ${firstAt} then solved.first_at else ${firstAt} end`,
                  last_at: sql<number>`case when solved.last_at > ${lastAt} then solved.last_at else ${lastAt} end`,
                  best_ms: sql<number>`case when solved.best_ms < ${bestMs} then solved.best_ms else ${bestMs} end`,
                  times: sql<number>`case when solved.times > ${times} then solved.times else ${times} end`,
                }),
              )
              .execute()
        }),
      )
    },
    async attempts(learner, scenarioId) {
      let query = db.selectFrom('attempts').selectAll().where('learner', '=', learner)
      if (scenarioId) query = query.where('scenario_id', '=', scenarioId)
      return (await query.orderBy('created_at', 'desc').execute()).map(attemptOf)
    },
    async attempt(labId) {
      const row = await db.selectFrom('attempts').selectAll().where('lab_id', '=', labId).executeTakeFirst()
      return row && attemptOf(row)
    },
  }
}
