// The lab a proof works in: a real lab process, started for a proof and taken away afterwards. Used by scenario-proof.ts.
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { connectToLab, eventsFile, type LabClient, labdProgram, launchLab } from '../labd/client.ts'
import { LabError } from '../spec/errors.ts'
import type { LabSnapshot, LabState } from '../spec/lab.ts'
import type { RuntimeName } from '../spec/scenario.ts'
import type { Clock } from '../system/clock.ts'
import { labFolder, stateFolder } from '../system/folders.ts'
import type { Installation } from '../system/installation.ts'
import { signalProcess, waitUntilGone } from '../system/processes.ts'

export interface ProofLab {
  readonly client: LabClient
  state(): LabState
  /** Resolves when the lab is in that state; rejects with the lab's own failure, or timeout. */
  reached(state: LabState, timeoutMs: number): Promise<void>
  /** Resolves when the learner's own grader has seen a check fail: before that, it would not call anything solved. */
  sawFault(timeoutMs: number): Promise<void>
  /** Copies what the lab leaves behind, and adds `evidence` as JSON; resolves with the folder: its own below `into`, or below the state folder. */
  keepLogs(evidence: unknown, into?: string): Promise<string>
  /** Ends the lab and removes its folder. Never rejects for a lab that is gone already. */
  stop(): Promise<void>
}

export interface ProofLabOptions {
  installation: Installation
  scenarioFolder: string
  runtime: RuntimeName
  memoryMB: number
  clock: Clock
  signal: AbortSignal
}

const stopMs = 5_000

/** Starts a healthy lab. Throws what the lab fails with; then nothing is left but the logs named in the error's hint. */
export async function startProofLab({
  installation,
  scenarioFolder,
  runtime,
  memoryMB,
  clock,
  signal,
}: ProofLabOptions): Promise<ProofLab> {
  const scenarioId = basename(scenarioFolder)
  const launched = launchLab({
    scenarioId,
    scenarioFolder,
    runtime,
    learner: 'proof',
    locale: 'en',
    begin: 'healthy',
    idleMinutes: 10,
    memoryMB,
    logLevel: 'info',
    forProof: true,
    build: installation.build,
    assets: installation.assets,
    program: labdProgram(installation.dist),
  })
  const folder = labFolder(launched.labId)

  async function keepLogs(evidence: unknown, into = join(stateFolder(), 'proofs')): Promise<string> {
    const kept = join(into, `${scenarioId}-${launched.labId}`)
    await mkdir(kept, { recursive: true })
    for (const file of [eventsFile(folder), join(folder, 'labd.log')]) {
      await copyFile(file, join(kept, basename(file))).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error // a lab that died early has not written all of them
      })
    }
    await writeFile(join(kept, 'evidence.json'), `${JSON.stringify(evidence, null, 2)}\n`)
    return kept
  }

  async function end(client: LabClient | undefined): Promise<void> {
    if (client) {
      const asked = client.request({ op: 'stop' }).catch(() => undefined) // it may be gone already: that is what was wanted
      const stopped = new AbortController()
      const tooLong = clock.sleep(stopMs, stopped.signal).catch(() => undefined) // a timer left behind would keep the program alive
      await Promise.race([Promise.all([asked, client.closed]), tooLong])
      stopped.abort()
      client.close()
    }
    if (!(await waitUntilGone(launched.process, stopMs))) {
      signalProcess(launched.process, 'SIGKILL')
      await waitUntilGone(launched.process, stopMs)
    }
    await rm(folder, { recursive: true, force: true })
  }

  let client: LabClient | undefined
  let snapshot: LabSnapshot
  const listeners = new Set<() => void>()
  try {
    client = await connectToLab(launched.labId, { locale: 'en', build: installation.build, signal })
    client.onPush((message) => {
      if (message.op !== 'snapshot') return
      snapshot = message.snapshot
      for (const listener of [...listeners]) listener()
    })
    void client.closed.then(() => {
      for (const listener of [...listeners]) listener()
    })
    snapshot = await client.request({ op: 'subscribe' })
  } catch (error) {
    const kept = await keepLogs({ error: String(error) })
    await end(client)
    throw new LabError('sandbox-failed', `the lab for ${scenarioId} did not start: ${(error as Error).message}`, {
      hint: `Its logs are in ${kept}.`,
      cause: error,
    })
  }
  const connected = client
  let isClosed = false
  void connected.closed.then(() => {
    isClosed = true
  })

  /** Resolves when a snapshot is as wanted; `what` says in words what was waited for. */
  const until = (wanted: (now: LabSnapshot) => boolean, what: string, timeoutMs: number) =>
    new Promise<void>((resolve, reject) => {
      const finish = (error?: unknown) => {
        cancelTimer()
        signal.removeEventListener('abort', onAbort)
        listeners.delete(check)
        if (error) reject(error)
        else resolve()
      }
      const onAbort = () => finish(signal.reason)
      const check = () => {
        const { state, failure } = snapshot
        if (wanted(snapshot)) finish()
        else if (state === 'failed' && failure) finish(new LabError(failure.code, failure.message, { hint: failure.logs ?? failure.hint }))
        else if (isClosed) finish(new LabError('connection-lost', `the lab process of ${scenarioId} is gone`))
      }
      const cancelTimer = clock.after(timeoutMs, () =>
        finish(new LabError('timeout', `${what} did not come within ${timeoutMs} ms; the lab is ${snapshot.state}`)),
      )
      listeners.add(check)
      signal.addEventListener('abort', onAbort, { once: true })
      if (signal.aborted) onAbort()
      else check()
    })

  return {
    client: connected,
    state: () => snapshot.state,
    reached: (state, timeoutMs) => until((now) => now.state === state, `the state ${state}`, timeoutMs),
    sawFault: (timeoutMs) =>
      until(
        ({ tasks }) => tasks.some(({ state, kind }) => state === 'fail' || (kind === 'question' && state === 'waiting')),
        'a failing check',
        timeoutMs,
      ),
    keepLogs,
    stop: () => end(connected),
  }
}
