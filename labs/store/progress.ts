// What a learner has done, for pages and the CLI. Part of the Store.
import type { Kysely } from 'kysely'
import type { CommandView } from '../spec/lab.ts'
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
export interface Progress {
  solved(learner: string): Promise<SolvedScenario[]>
  /** newest first */
  attempts(learner: string, scenarioId?: string): Promise<Attempt[]>
  attempt(labId: string): Promise<Attempt | undefined>
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

export function createProgress(db: Kysely<Tables>): Progress {
  return {
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
    async attempts(learner, scenarioId) {
      let query = db.selectFrom('attempts').selectAll().where('learner', '=', learner)
      if (scenarioId) query = query.where('scenario_id', '=', scenarioId)
      return (await query.orderBy('created_at', 'desc').execute()).map(attemptOf)
    },
    async attempt(labId) {
      const row = await db.selectFrom('attempts').selectAll().where('lab_id', '=', labId).executeTakeFirst()
      return row && attemptOf(row)
    },
    async commands(labId) {
      const rows = await db.selectFrom('commands').selectAll().where('lab_id', '=', labId).orderBy('number').execute()
      return rows.map((row) => ({ at: row.at, target: row.target, command: row.command, exitCode: row.exit_code ?? undefined }))
    },
  }
}
