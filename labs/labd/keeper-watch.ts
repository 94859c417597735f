// Ends a spare that nobody has kept for long: its keeper was killed, and none came after it. Used by occupants.ts.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Clock } from '../system/clock.ts'
import { poolFile } from '../system/folders.ts'
import { isAlive, type ProcessIdentity } from '../system/processes.ts'

const everyMs = 60_000
/** time enough to start a killed web process again */
const patienceMs = 10 * 60_000

/** What the keeper writes (labs/sessions/pool-file.ts); nothing else of it matters here. */
const record = z.object({ keeper: z.object({ pid: z.number(), startTicks: z.number().optional() }) })

/** The process that keeps the pool, as it says itself. */
export function readKeeper(): ProcessIdentity | undefined {
  try {
    return record.safeParse(JSON.parse(readFileSync(poolFile(), 'utf8'))).data?.keeper
  } catch {
    return undefined // nobody keeps a pool, or not yet
  }
}

/** Calls onAbandoned once, when no keeper has been alive for ten minutes. Returns a function that stops it. */
export function watchKeeper(
  clock: Clock,
  onAbandoned: () => void,
  isKept = () => {
    const keeper = readKeeper()
    return keeper !== undefined && isAlive(keeper)
  },
): () => void {
  let keptAt = clock.monotonicMs()
  let cancel = clock.after(everyMs, look)
  function look(): void {
    if (isKept()) keptAt = clock.monotonicMs()
    if (clock.monotonicMs() - keptAt >= patienceMs) onAbandoned()
    else cancel = clock.after(everyMs, look)
  }
  return () => cancel()
}
