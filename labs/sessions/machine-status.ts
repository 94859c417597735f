// Gathers what runs on this machine: labs and spares from their folders, what they do and take from their processes. Used by sessions.ts.
import { connectToLab } from '../labd/client.ts'
import type { ProcessStatus } from '../spec/protocol.ts'
import type { Locale } from '../spec/scenario.ts'
import type { MachineStatus } from '../spec/status.ts'
import { isAlive } from '../system/processes.ts'
import { readEvents, stateAfter } from './event-reader.ts'
import { type FoundLab, findLabs } from './lab-folders.ts'
import { readPoolRecord } from './pool-file.ts'

const answerMs = 1000

type LabFacts = Omit<MachineStatus['labs'][number], 'whose' | 'learner'> & { labId: string; learner: string; forProof: boolean }
/** The status before it is said to somebody: a learner's id is also what proves who they are. */
export type StatusFacts = Omit<MachineStatus, 'labs'> & { labs: LabFacts[] }

export async function readMachineStatus({ build, locale }: { build: string; locale: Locale }): Promise<StatusFacts> {
  const found = findLabs().filter(({ alive }) => alive)
  const asked = await Promise.all(found.map((lab) => ask(lab, build, locale)))
  const labs: LabFacts[] = []
  const spares: NonNullable<MachineStatus['pool']>['spares'] = []
  for (const [index, lab] of found.entries()) {
    const told = asked[index]
    const memory = told?.memoryMB === undefined ? {} : { memoryMB: told.memoryMB }
    if (lab.config) {
      const { labId, scenarioId, runtime, learner, createdAt, forProof } = lab.config
      const state = told && told.state !== 'spare' ? told.state : stateAfter(readEvents(lab.folder, 0).events)
      labs.push({ labId, scenarioId, runtime, learner, createdAt, forProof, state, otherBuild: lab.config.build !== build, ...memory })
    } else if (lab.spare) {
      const { readyAt, failed, createdAt, build: own } = lab.spare
      const state = failed || own !== build ? 'ending' : readyAt ? 'ready' : 'creating'
      spares.push({ labId: lab.labId, state, since: readyAt ?? createdAt, ...(told?.step ? { step: told.step } : {}), ...memory })
    }
  }
  const record = readPoolRecord()
  const runtime = record?.runtime ?? found.find(({ spare }) => spare)?.spare?.runtime
  const pool =
    runtime &&
    ({
      runtime,
      wanted: record?.wanted ?? 0,
      kept: record !== undefined && isAlive(record.keeper),
      spares: spares.sort((a, b) => a.since - b.since),
      failures: record?.failures ?? [],
      ...(record?.retryAt ? { retryAt: record.retryAt } : {}),
      ...(record?.waiting ? { waiting: record.waiting } : {}),
    } satisfies MachineStatus['pool'])
  const sum = [...labs, ...spares].reduce((total, { memoryMB = 0 }) => total + memoryMB, 0)
  return { labs: labs.sort((a, b) => b.createdAt - a.createdAt), ...(pool ? { pool } : {}), memoryMB: sum }
}

/** What the process says of itself; undefined when it does not answer, as one of another build. */
async function ask({ labId }: FoundLab, build: string, locale: Locale): Promise<ProcessStatus | undefined> {
  try {
    const signal = AbortSignal.timeout(answerMs)
    const client = await connectToLab(labId, { locale, build, signal })
    signal.addEventListener('abort', () => client.close())
    return await client.request({ op: 'status' }).finally(client.close)
  } catch {
    return undefined // the folder tells the rest
  }
}

/** The status for one learner; `owner`: for the one who owns the machine, who may know whose labs run. */
export function statusFor(facts: StatusFacts, learner: string, owner: boolean): MachineStatus {
  return {
    ...facts,
    labs: facts.labs.map(({ forProof, learner: whose, labId, ...lab }) => ({
      ...(owner || whose === learner ? { labId } : {}),
      ...lab,
      whose: forProof ? 'proof' : whose === learner ? 'yours' : 'others',
      // never whole: it is also what proves who they are
      ...(owner ? { learner: whose.length > 12 ? `${whose.slice(0, 6)}…` : whose } : {}),
    })),
  }
}
