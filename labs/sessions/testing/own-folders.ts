// Gives one test file folders of its own, so that its labs do not mix with others on this machine; ends what it started. Used by integration tests.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Availability } from '../../spec/status.ts'
import { openStore, type Store } from '../../store/store.ts'
import { type Environment, readEnvironment } from '../../system/environment.ts'
import { readInstallation } from '../../system/installation.ts'
import { silentLog } from '../../system/log.ts'
import { createSessions, type Sessions } from '../sessions.ts'

export interface OwnFolders {
  folder: string
  /** environment of a program that shall see the same labs */
  env: Record<string, string>
  store: Store
  /** Sessions on these folders; a second one is like a second web process. */
  createSessions(environment?: Partial<Environment>): Sessions
  close(): Promise<void>
}

/** Why no lab can run here; undefined when it can. */
export function whyNoLabs(): string | undefined {
  if (process.platform !== 'linux') return 'labs need Linux'
  try {
    readInstallation()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

const embeddedOnly: Availability = { embedded: { available: true }, kind: { available: false, reason: 'This test has no kind.' } }

export async function openOwnFolders(availability = embeddedOnly): Promise<OwnFolders> {
  const folder = mkdtempSync(join(tmpdir(), 'pw-labs-'))
  const env = { PODWIRE_RUNTIME_DIR: join(folder, 'run'), PODWIRE_STATE_DIR: join(folder, 'state') }
  Object.assign(process.env, env)
  const store = await openStore()
  const installation = readInstallation()
  const made: Sessions[] = []
  const create = (environment: Partial<Environment> = {}) => {
    const scenarios = join(installation.root, 'labs/scenarios')
    const sessions = createSessions({
      store,
      installation,
      environment: { ...readEnvironment(), ...environment },
      scenarios,
      log: silentLog,
      availability: async () => availability,
    })
    made.push(sessions)
    return sessions
  }
  return {
    folder,
    env,
    store,
    createSessions: create,
    async close() {
      await create().stopAll()
      for (const sessions of made) await sessions.close()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
