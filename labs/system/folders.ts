// Where Podwire keeps things on this machine; the only place that knows. Used by labd, sessions, the CLI and scripts.
import { homedir, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

const uid = userInfo().uid

function folder(variable: string, fallback: string): string {
  const value = process.env[variable]
  return value ? value : fallback
}

/** Staged assets, kubectl, keys. As root it must be readable by the lab uid, hence not in root's home. */
export const cacheFolder = (): string =>
  folder('PODWIRE_CACHE_DIR', uid === 0 ? '/var/cache/podwire' : join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'podwire'))
/** The database. */
export const stateFolder = (): string =>
  folder(
    'PODWIRE_STATE_DIR',
    uid === 0 ? '/var/lib/podwire' : join(process.env.XDG_STATE_HOME || join(homedir(), '.local/state'), 'podwire'),
  )
/** One folder per running lab. Short, because a unix socket's path has at most 107 bytes. */
export const runtimeFolder = (): string =>
  folder(
    'PODWIRE_RUNTIME_DIR',
    process.env.XDG_RUNTIME_DIR ? join(process.env.XDG_RUNTIME_DIR, 'podwire') : join(tmpdir(), `podwire-${uid}`),
  )
export const labsFolder = (): string => join(runtimeFolder(), 'labs')
export const labFolder = (labId: string): string => join(labsFolder(), labId)
