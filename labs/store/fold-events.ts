// Folds a lab's events into its attempt. Used by store.ts.
import { type Kysely, sql, type Transaction } from 'kysely'
import { LabError } from '../spec/errors.ts'
import type { LabEvent } from '../spec/lab.ts'
import { ensureLearner } from './progress.ts'
import type { Tables } from './tables.ts'

export interface Fold {
  labId: string
  fromByte: number
  toByte: number
  events: readonly LabEvent[]
}

/** All or none; false when the attempt has moved past `fromByte`: web and CLI fold the same log. */
export function foldEvents(db: Kysely<Tables>, { labId, fromByte, toByte, events }: Fold): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    // the first statement writes: a transaction that begins by reading could not become a writer once another has written (SQLITE_BUSY_SNAPSHOT)
    if (fromByte === 0) await createAttempt(tx, labId, events[0])
    const claimed = await tx
      .updateTable('attempts')
      .set({ folded_bytes: toByte })
      .where('lab_id', '=', labId)
      .where('folded_bytes', '=', fromByte)
      .executeTakeFirst()
    if (claimed.numUpdatedRows === 0n) return false
    for (const event of events) await foldEvent(tx, labId, event)
    return true
  })
}

async function createAttempt(tx: Transaction<Tables>, labId: string, first: LabEvent | undefined): Promise<void> {
  if (first?.type !== 'created') throw new LabError('bad-request', `The event log of lab ${labId} does not begin with "created".`)
  await ensureLearner(tx, first.learner, first.at)
  await tx
    .insertInto('attempts')
    .values({ lab_id: labId, scenario_id: first.scenarioId, runtime: first.runtime, learner: first.learner, created_at: first.at })
    .onConflict((c) => c.column('lab_id').doNothing())
    .execute()
}

async function foldEvent(tx: Transaction<Tables>, labId: string, event: LabEvent): Promise<void> {
  const attempt = () => tx.updateTable('attempts').where('lab_id', '=', labId)
  switch (event.type) {
    case 'started':
      await attempt().set({ start_ms: event.ms }).execute()
      return
    case 'broken':
      await attempt().set({ broken_at: event.at }).execute()
      return
    case 'command': {
      const number = tx.selectFrom('commands').where('lab_id', '=', labId).select(sql<number>`coalesce(max(number), 0) + 1`.as('n'))
      const { n } = await number.executeTakeFirstOrThrow()
      await tx
        .insertInto('commands')
        .values({ lab_id: labId, number: n, at: event.at, target: event.target, command: event.command, exit_code: event.exitCode ?? null })
        .execute()
      return
    }
    case 'hint':
    case 'path': // which counts as one
      await attempt()
        .set((e) => ({ hints: e('hints', '+', 1) }))
        .execute()
      return
    case 'reset':
      await attempt()
        .set((e) => ({ resets: e('resets', '+', 1) }))
        .execute()
      return
    case 'solved':
      await attempt().set({ solved_at: event.at, solve_ms: event.ms }).execute()
      await recordSolved(tx, labId, event)
      return
    case 'ended':
      await attempt()
        .set({ ended_at: event.at, end_reason: event.reason, end_detail: event.detail ?? null })
        .execute()
      return
    case 'created':
    case 'flip':
    case 'stopping':
      return // created made the row; flips are for the lab's own log, `ended` follows stopping
  }
}

async function recordSolved(tx: Transaction<Tables>, labId: string, event: Extract<LabEvent, { type: 'solved' }>): Promise<void> {
  const { learner, scenario_id } = await tx
    .selectFrom('attempts')
    .select(['learner', 'scenario_id'])
    .where('lab_id', '=', labId)
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('solved')
    .values({ learner, scenario_id, first_at: event.at, last_at: event.at, best_ms: event.ms, times: 1 })
    .onConflict((c) =>
      c.columns(['learner', 'scenario_id']).doUpdateSet((e) => ({
        last_at: event.at,
        best_ms: sql<number>`case when solved.best_ms < ${event.ms} then solved.best_ms else ${event.ms} end`,
        times: e('solved.times', '+', 1),
      })),
    )
    .execute()
}
