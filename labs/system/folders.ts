// Where Podwire keeps things on this machine; the only place that knows. Used by labd, sessions, the CLI and scripts.
import { statSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { LabError } from '../spec/errors.ts'
import { makeFolders } from './make-folders.mjs'

const uid = userInfo().uid

const refuse = (message: string, hint: string, cause?: unknown) => new LabError('bad-request', message, { hint, cause })

/** Throws LabError `bad-request` when the variable's value cannot be a folder; one that is not there yet is fine. */
function folder(variable: string, fallback: string): string {
  const value = process.env[variable]
  if (!value) return fallback
  const given = `${variable}=${value}`
  // programs run in folders of their own: each would look for another place
  if (!isAbsolute(value)) throw refuse(`${given} is not an absolute path`, `Write it in full: ${resolve(value)}`)
  let isFolder: boolean
  try {
    isFolder = statSync(value, { throwIfNoEntry: false })?.isDirectory() ?? true
  } catch (error) {
    throw refuse(`${given} cannot be read: ${(error as Error).message}`, 'Set it to a folder of your own.', error)
  }
  if (!isFolder) throw refuse(`${given} is a file`, 'Set it to a folder; it is made when it is not there.')
  return value
}

/** Makes a folder that only its owner may enter, and those above it. Throws LabError `bad-request` that names the variable to set. */
export function makePrivateFolder(path: string, variable: string): void {
  try {
    makeFolders(path, 0o700)
  } catch (error) {
    throw refuse(`${path} cannot be made: ${(error as Error).message}`, `Set ${variable} to a folder of your own.`, error)
  }
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
/** What follows the runtime folder in the path of a lab's socket: a unix socket's path has at most 107 bytes. */
const socketTail = '/labs/12345678/labd.sock'
const socketPathBytes = 107

/** One folder per running lab. Short, because of the sockets in it. */
export function runtimeFolder(): string {
  const path = folder(
    'PODWIRE_RUNTIME_DIR',
    process.env.XDG_RUNTIME_DIR ? join(process.env.XDG_RUNTIME_DIR, 'podwire') : join(tmpdir(), `podwire-${uid}`),
  )
  const spare = socketPathBytes - socketTail.length - Buffer.byteLength(path)
  if (spare < 0) {
    throw refuse(
      `The runtime folder ${path} is ${-spare} bytes too long: sockets lie in it.`,
      'Set PODWIRE_RUNTIME_DIR to a shorter path, such as /tmp/podwire-labs.',
    )
  }
  return path
}
/** Makes the runtime folder when the variable names it: one that cannot be is refused at once, not by the first lab. */
export function checkRuntimeFolder(): void {
  const path = runtimeFolder()
  if (process.env.PODWIRE_RUNTIME_DIR) makePrivateFolder(path, 'PODWIRE_RUNTIME_DIR')
}
/** What the keeper of the pool of spare clusters says of it. */
export const poolFile = (): string => join(runtimeFolder(), 'pool.json')
export const labsFolder = (): string => join(runtimeFolder(), 'labs')
export const labFolder = (labId: string): string => join(labsFolder(), labId)
