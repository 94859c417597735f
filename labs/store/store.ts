// What outlives a lab: learners, their attempts and their progress. Web, CLI and the app's server side open it; they share one file.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, Migrator, SqliteDialect } from 'kysely'
import { LabError } from '../spec/errors.ts'
import type { LabEvent } from '../spec/lab.ts'
import { systemClock } from '../system/clock.ts'
import { makePrivateFolder, stateFolder } from '../system/folders.ts'
import { retryWhenBusy } from './busy-retry.ts'
import { foldEvents } from './fold-events.ts'
import { migrations } from './migrations.ts'
import { createProgress, type Progress } from './progress.ts'
import type { Tables } from './tables.ts'

/** short: see retryWhenBusy */
const busyTimeoutMs = 50
const migrationTries = 20

export interface Store extends Progress {
  /** How much of a lab's event log is in the store, in bytes. */
  foldedBytes(labId: string): Promise<number>
  /**
   * Takes events that stand in the log from `fromByte` to `toByte`, all or none. False when someone else has taken them meanwhile.
   * The first event of a lab must be `created`.
   */
  fold(labId: string, fromByte: number, toByte: number, events: readonly LabEvent[]): Promise<boolean>
  close(): Promise<void>
}

/** Opens the database, making or upgrading it where needed. `file`: default podwire.sqlite in the state folder; `:memory:` in tests. */
export async function openStore(file = join(stateFolder(), 'podwire.sqlite')): Promise<Store> {
  if (file !== ':memory:') makePrivateFolder(join(file, '..'), 'PODWIRE_STATE_DIR')
  let sqlite: Database.Database
  try {
    sqlite = new Database(file, { timeout: busyTimeoutMs })
    sqlite.pragma('journal_mode = WAL')
    sqlite.pragma('synchronous = NORMAL')
    sqlite.pragma('foreign_keys = ON')
  } catch (error) {
    const isForeign = (error as { code?: string }).code === 'SQLITE_NOTADB'
    throw new LabError('bad-request', `The database ${file} cannot be opened: ${(error as Error).message}`, {
      hint: `${isForeign ? 'Move the file away' : "Check the folder's permissions"}, or set PODWIRE_STATE_DIR to another folder.`,
      cause: error,
    })
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqlite }) })
  await migrate(db)
  return {
    ...createProgress(db),
    async foldedBytes(labId) {
      const row = await db.selectFrom('attempts').select('folded_bytes').where('lab_id', '=', labId).executeTakeFirst()
      return row?.folded_bytes ?? 0
    },
    fold: (labId, fromByte, toByte, events) => retryWhenBusy(() => foldEvents(db, { labId, fromByte, toByte, events })),
    close: () => db.destroy(),
  }
}

/** SQLite has no lock that lasts over a whole upgrade: when web and CLI upgrade at the same moment, the slower one looks again. */
async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  for (let tries = 1; ; tries++) {
    const { error } = await migrator.migrateToLatest()
    if (!error) return
    if (tries === migrationTries) throw new LabError('internal', `The database could not be upgraded: ${String(error)}`, { cause: error })
    await systemClock.sleep(50)
  }
}
