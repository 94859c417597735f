// Brings events into the store and removes what dead labs leave: folders, empty cgroups, a sandbox that was only half made. The kernel ends all else.
// Used by sessions.ts.
import { appendFileSync, rmSync } from 'node:fs'
import { buryLab, eventsFile, leavesCluster, lifeLogs, readLogTail } from '../labd/client.ts'
import { toErrorBody } from '../spec/errors.ts'
import type { LabEvent } from '../spec/lab.ts'
import type { Store } from '../store/store.ts'
import type { Log } from '../system/log.ts'
import { keepLogs, logsFolder } from '../system/log-folders.ts'
import { isAlive, signalProcess } from '../system/processes.ts'
import { removeSandboxCgroups } from '../system/sandbox-cgroups.ts'
import { findSandboxStarters, sandboxHostname } from '../system/sandbox-processes.ts'
import { readEvents } from './event-reader.ts'
import { type FoundLab, findLabs } from './lab-folders.ts'
import { readPoolRecord } from './pool-file.ts'

export interface Reaper {
  /** Takes the lab's new events into the store. A proof's lab has none that count. */
  fold(lab: FoundLab): Promise<void>
  /** Folds the last events of a dead lab, marks it lost when it did not end by itself, and removes its folder. */
  bury(lab: FoundLab): Promise<void>
  /** One look at all labs: fold the living, bury the dead. Problems of one lab are logged and do not stop the others. */
  sweep(): Promise<void>
}

/** After a burial that failed: the container engine is asked again only so often. */
const buryAgainMs = 20_000

/** `program`: labd's, which removes what it made outside itself. */
export function createReaper(store: Store, log: Log, program: string): Reaper {
  const failed = new Map<string, { atMs: number; error: unknown }>()

  async function removeCluster(lab: FoundLab): Promise<void> {
    if (!leavesCluster(lab.folder)) return
    const last = failed.get(lab.labId)
    if (last && performance.now() - last.atMs < buryAgainMs) throw last.error
    try {
      await buryLab(lab.folder, program)
      failed.delete(lab.labId)
    } catch (error) {
      failed.set(lab.labId, { atMs: performance.now(), error })
      throw error
    }
  }

  async function fold(lab: FoundLab): Promise<void> {
    if (!lab.config || lab.config.forProof) return
    const fromByte = await store.foldedBytes(lab.labId)
    const { events, toByte } = readEvents(lab.folder, fromByte)
    if (toByte > fromByte) await store.fold(lab.labId, fromByte, toByte, events)
  }

  async function bury(lab: FoundLab): Promise<void> {
    for (const starter of findSandboxStarters(sandboxHostname(lab.labId))) signalProcess(starter, 'SIGKILL')
    const untold = untoldEvents(lab)
    if (untold.length > 0) {
      if (leavesCluster(lab.folder)) addLogs(untold, lab)
      log.warn({ labId: lab.labId, log: readLogTail(lab.folder, 1000) }, 'lab lost')
      // a line that was cut short by the death must not swallow these
      appendFileSync(eventsFile(lab.folder), `\n${untold.map((event) => JSON.stringify(event)).join('\n')}\n`)
    }
    await fold(lab)
    await removeSandboxCgroups(lab)
    await removeCluster(lab)
    rmSync(lab.folder, { recursive: true, force: true })
  }

  return {
    fold,
    bury,
    async sweep() {
      const keeper = readPoolRecord()?.keeper
      const isKept = keeper !== undefined && isAlive(keeper)
      const reap = (lab: FoundLab) =>
        (lab.alive ? fold(lab) : bury(lab)).catch((error) => log.warn({ labId: lab.labId, error: toErrorBody(error) }, 'lab not reaped'))
      // the pool's keeper wants to read why its spare died
      const labs = findLabs().filter(({ spare }) => !spare || !isKept)
      for (const lab of labs.filter(({ alive }) => alive)) await reap(lab)
      // a container engine that is slow with one must not hold up the others
      await Promise.all(labs.filter(({ alive }) => !alive).map(reap))
    },
  }
}

/** Keeps what tells of a kind lab's death, and says where. */
function addLogs(events: LabEvent[], { labId, folder }: FoundLab): void {
  const kept = keepLogs(logsFolder(), labId, lifeLogs(folder))
  for (const event of events) if (event.type === 'ended' && kept) event.detail += ` Logs: ${kept}`
}

/** What a dead lab would have written had it been able to. A lab whose process was never launched has nothing to tell. */
function untoldEvents({ folder, config }: FoundLab): LabEvent[] {
  if (!config?.process) return [] // a spare has no events either
  const { events } = readEvents(folder, 0)
  if (events.some((event) => event.type === 'ended')) return []
  const { labId, scenarioId, runtime, learner, createdAt } = config
  const lost: LabEvent = { type: 'ended', at: Date.now(), reason: 'lost', detail: 'The lab process died: it was killed, or it crashed.' }
  return events.length > 0 ? [lost] : [{ type: 'created', at: createdAt, labId, scenarioId, runtime, learner }, lost]
}
