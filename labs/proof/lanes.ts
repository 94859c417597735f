// Several labs that share a proof's work: wrong fixes and solutions need nothing of each other but a broken lab. Used by scenario-proof.ts.
import type { ProofRun } from './proof-run.ts'

export type Task = (run: ProofRun) => Promise<void>

/** Takes tasks from one queue in every lane until it is empty. Rejects with the first error; then no lane begins another. */
export async function shareTasks(lanes: readonly Promise<ProofRun>[], tasks: readonly Task[]): Promise<void> {
  const waiting = [...tasks]
  const work = lanes.map(async (lane) => {
    try {
      const run = await lane
      for (let task = waiting.shift(); task; task = waiting.shift()) await task(run)
    } catch (error) {
      waiting.length = 0
      throw error
    }
  })
  const ended = await Promise.allSettled(work)
  for (const each of ended) if (each.status === 'rejected') throw each.reason
}
