// Waits for other writers without holding up this process. Used by store.ts and progress.ts.
import { systemClock } from '../system/clock.ts'

const patienceMs = 5000
const pauseMs = 10

const isBusy = (error: unknown): boolean => String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')

/**
 * Runs a write, again when the database was busy, for at most 5 s. SQLite's own waiting blocks the event loop, so that a writer in this
 * very process (the pages' and the gateway's connections are two) could never finish while another waits for it.
 */
export async function retryWhenBusy<T>(write: () => Promise<T>): Promise<T> {
  const deadline = systemClock.monotonicMs() + patienceMs
  for (;;) {
    try {
      return await write()
    } catch (error) {
      if (!isBusy(error) || systemClock.monotonicMs() > deadline) throw error
      await systemClock.sleep(pauseMs)
    }
  }
}
