// pool.json: what the process that keeps the pool says of it, for whoever asks for the status, and for the next keeper. Used by pool.ts and status.ts.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { runtimeNames } from '../spec/scenario.ts'
import { poolFailure } from '../spec/status.ts'
import { makePrivateFolder, poolFile, runtimeFolder } from '../system/folders.ts'

const poolRecord = z.object({
  /** the process that keeps it */
  keeper: z.object({ pid: z.number(), startTicks: z.number().optional() }),
  runtime: z.enum(runtimeNames),
  wanted: z.number(),
  failures: z.array(poolFailure),
  retryAt: z.number().optional(),
  waiting: z.string().optional(),
})
export type PoolRecord = z.infer<typeof poolRecord>

/** undefined when there is none, or when it is of a build that wrote it otherwise. */
export function readPoolRecord(): PoolRecord | undefined {
  try {
    return poolRecord.safeParse(JSON.parse(readFileSync(poolFile(), 'utf8'))).data
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export function writePoolRecord(record: PoolRecord): void {
  makePrivateFolder(runtimeFolder(), 'PODWIRE_RUNTIME_DIR')
  const draft = `${poolFile()}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, poolFile())
}

export const removePoolRecord = (): void => rmSync(poolFile(), { force: true })
