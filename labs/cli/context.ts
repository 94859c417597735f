// What every command about labs needs: the store, the sessions, and the lab that was meant. Used by commands/*.
import { join } from 'node:path'
import { readAvailability } from '../../scripts/runtime-availability.ts'
import { createSessions, type LabClient, type LabInfo, type Sessions } from '../sessions/sessions.ts'
import { LabError } from '../spec/errors.ts'
import { labId } from '../spec/lab.ts'
import { type Locale, locales } from '../spec/scenario.ts'
import type { Availability } from '../spec/status.ts'
import type { Attempt, Solution } from '../store/progress.ts'
import { openStore, type Store } from '../store/store.ts'
import { readEnvironment } from '../system/environment.ts'
import { readInstallation } from '../system/installation.ts'
import { createLog } from '../system/log.ts'
import { nearest } from './nearest.ts'

/** The CLI's learner: the same as that of browsers on this machine. */
export const localLearner = 'local'

export interface LabContext {
  sessions: Sessions
  store: Store
  /** folder of scenario folders */
  scenarios: string
  locale: Locale
  /** on which runtimes labs can run on this machine */
  availableRuntimes(): Promise<Availability>
  /** The lab that `ref` names: its id, the beginning of it, or its scenario; the only running one when there is no ref. Throws lab-unknown, which tells how a lab has ended, and bad-request. */
  pickLab(ref: string | undefined): Promise<LabInfo>
  /** The newest solved lab that `ref` names (its id or its scenario; any, when there is no ref), when no running one is meant. */
  pickSolved(ref: string | undefined): Promise<Solution | undefined>
  connect(lab: LabInfo): Promise<LabClient>
}

/** Opens the store, removes what dead labs left, runs the work, closes everything. */
export async function withLabs<T>(work: (context: LabContext) => Promise<T>, options: { locale?: string | undefined } = {}): Promise<T> {
  const environment = readEnvironment()
  const installation = readInstallation()
  const scenarios = join(installation.root, 'labs/scenarios')
  const store = await openStore()
  const log = createLog({ name: 'podwire', level: environment.logLevel === 'info' ? 'error' : environment.logLevel })
  const availableRuntimes = () => readAvailability({ assets: installation.assets })
  const sessions = createSessions({ store, installation, environment, scenarios, log, availability: availableRuntimes })
  const locale = readLocale(options.locale)
  try {
    await sessions.sweep()
    return await work({
      sessions,
      store,
      scenarios,
      locale,
      availableRuntimes,
      async pickLab(ref) {
        const running = sessions.list(localLearner)
        const attempt = ref === undefined || running.some(({ labId }) => labId === ref) ? undefined : await store.attempt(ref)
        if (attempt?.learner === localLearner && attempt.endedAt !== undefined) throw endedLab(attempt)
        return pickLab(running, ref)
      },
      async pickSolved(ref) {
        const running = sessions.list(localLearner)
        const isMeant = ({ labId, scenarioId }: { labId: string; scenarioId: string }) =>
          !ref || labId.startsWith(ref) || scenarioId === ref
        if (running.some(isMeant)) return undefined
        // the newest that is meant: an attempt that was given up later than one that was solved has no debrief
        const attempt = (await store.attempts(localLearner)).find(isMeant)
        return attempt?.solvedAt === undefined ? undefined : store.solution(attempt.labId)
      },
      connect: (lab) => sessions.connect(lab.labId, { learner: localLearner, locale }),
    })
  } finally {
    await sessions.sweep()
    await sessions.close()
    await store.close()
  }
}

function readLocale(given: string | undefined): Locale {
  if (given === undefined) return process.env.LANG?.startsWith('zh_CN') ? 'zh-CN' : 'en'
  const locale = locales.find((each) => each === given)
  if (!locale) throw new LabError('bad-request', `There is no locale "${given}".`, { hint: `Use one of ${locales.join(', ')}.` })
  return locale
}

const endings: Record<string, string> = {
  stopped: 'was stopped',
  idle: 'has ended: nobody used it',
  failed: 'has failed',
  memory: 'has ended: it used too much memory',
  lost: 'was lost',
}

/** Pure: what is said of a lab that runs no more. */
export function endedLab({ labId, scenarioId, endReason, endDetail }: Attempt): LabError {
  const how = endings[endReason ?? ''] ?? 'has ended'
  return new LabError('lab-unknown', `Lab ${labId} (${scenarioId}) ${how}.${endDetail ? ` ${endDetail}` : ''}`, {
    hint: `podwire lab start ${scenarioId} starts a new one.`,
  })
}

/** Pure: chooses among running labs. */
export function pickLab(running: readonly LabInfo[], ref: string | undefined): LabInfo {
  const names = running.map(({ labId: id, scenarioId }) => `${id} (${scenarioId})`).join(', ')
  if (running.length === 0)
    throw new LabError('lab-unknown', 'No lab is running.', { hint: 'podwire lab list shows the labs; podwire lab start <id> starts one.' })
  if (ref === undefined) {
    if (running.length > 1) throw new LabError('bad-request', 'Several labs are running: say which one.', { hint: `Running: ${names}.` })
    return running[0] as LabInfo
  }
  const exact = running.filter((lab) => lab.labId === ref || lab.scenarioId === ref)
  const found = exact.length ? exact : running.filter((lab) => lab.labId.startsWith(ref))
  if (found.length === 1) return found[0] as LabInfo
  if (found.length > 1) throw new LabError('bad-request', `"${ref}" is the beginning of several labs.`, { hint: `Running: ${names}.` })
  const near = nearest(
    ref,
    running.flatMap((lab) => (labId.safeParse(ref).success ? [lab.labId] : [lab.scenarioId])),
  )
  throw new LabError('lab-unknown', `No running lab is "${ref}".`, {
    hint: near ? `Did you mean ${near}? Running: ${names}.` : `Running: ${names}.`,
  })
}
