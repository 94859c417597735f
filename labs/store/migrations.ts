// The database's history, oldest first; never change one that was released. Plain SQL types that SQLite and Postgres both know.
import type { Kysely, Migration } from 'kysely'

export const migrations: Record<string, Migration> = {
  '2026-01-first': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('learners')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .execute()
      await db.schema
        .createTable('attempts')
        .addColumn('lab_id', 'text', (c) => c.primaryKey())
        .addColumn('scenario_id', 'text', (c) => c.notNull())
        .addColumn('runtime', 'text', (c) => c.notNull())
        .addColumn('learner', 'text', (c) => c.notNull().references('learners.id'))
        .addColumn('created_at', 'bigint', (c) => c.notNull())
        .addColumn('start_ms', 'bigint')
        .addColumn('broken_at', 'bigint')
        .addColumn('solved_at', 'bigint')
        .addColumn('solve_ms', 'bigint')
        .addColumn('hints', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('resets', 'integer', (c) => c.notNull().defaultTo(0))
        .addColumn('ended_at', 'bigint')
        .addColumn('end_reason', 'text')
        .addColumn('end_detail', 'text')
        .addColumn('folded_bytes', 'bigint', (c) => c.notNull().defaultTo(0))
        .execute()
      await db.schema.createIndex('attempts_of_learner').on('attempts').columns(['learner', 'scenario_id']).execute()
      await db.schema
        .createTable('commands')
        .addColumn('lab_id', 'text', (c) => c.notNull().references('attempts.lab_id'))
        .addColumn('number', 'integer', (c) => c.notNull())
        .addColumn('at', 'bigint', (c) => c.notNull())
        .addColumn('target', 'text', (c) => c.notNull())
        .addColumn('command', 'text', (c) => c.notNull())
        .addColumn('exit_code', 'integer')
        .addPrimaryKeyConstraint('commands_key', ['lab_id', 'number'])
        .execute()
      await db.schema
        .createTable('solved')
        .addColumn('learner', 'text', (c) => c.notNull().references('learners.id'))
        .addColumn('scenario_id', 'text', (c) => c.notNull())
        .addColumn('first_at', 'bigint', (c) => c.notNull())
        .addColumn('last_at', 'bigint', (c) => c.notNull())
        .addColumn('best_ms', 'bigint', (c) => c.notNull())
        .addColumn('times', 'integer', (c) => c.notNull())
        .addPrimaryKeyConstraint('solved_key', ['learner', 'scenario_id'])
        .execute()
    },
  },
}
