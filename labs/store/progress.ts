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
