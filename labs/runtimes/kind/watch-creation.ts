// Watches a cluster while it is made: kind waits for minutes for a node that has stopped, and for ever for an engine that hangs. Used by runtime.ts.
import { LabError, toErrorBody } from '../../spec/errors.ts'
import type { Engine } from './engine.ts'
import { clusterName, kindClusterLabel } from './names.ts'

const lookEveryMs = 2000
const answerMs = 10_000
/** A busy machine may be slow once. */
const silentLooks = 2

/** Calls back at most once. Returns stop. */
export function watchCreation(engine: Engine, labId: string, onTrouble: (error: LabError) => void): () => void {
  const stopping = new AbortController()
  let silent = 0
  const args = ['ps', '-a', '--filter', `label=${kindClusterLabel}=${clusterName(labId)}`, '--format', '{{.Names}} {{.State}}']

  async function look(): Promise<LabError | undefined> {
    try {
      const text = await engine.run(args, { timeoutMs: answerMs, signal: stopping.signal })
      silent = 0
      const stopped = /^(\S+) (exited|dead|stopped)$/m.exec(text)?.[1]?.replace(`${clusterName(labId)}-`, '')
      return stopped ? new LabError('cluster-failed', `Node ${stopped} has stopped while the cluster was being made.`) : undefined
    } catch (error) {
      silent += 1
      return silent < silentLooks ? undefined : engineSilent(engine, toErrorBody(error).message)
    }
  }
  async function lookAgain(): Promise<void> {
    const trouble = await look()
    if (stopping.signal.aborted) return
    if (trouble) return onTrouble(trouble)
    timer = setTimeout(() => void lookAgain(), lookEveryMs)
  }
  let timer = setTimeout(() => void lookAgain(), lookEveryMs)
  return () => {
    stopping.abort()
    clearTimeout(timer)
  }
}

/** What a lab says when its engine is gone: what is left there is removed once it is back. */
export const engineSilent = (engine: Engine, why: string): LabError =>
  new LabError('cluster-failed', `The container engine (${engine.name}) stopped, or hangs: ${why}`, {
    hint: `Start ${engine.name} again, then the lab. What this one has left is removed then.`,
  })
