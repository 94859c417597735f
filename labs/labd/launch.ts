// Starts a lab process of its own session, so that it outlives whoever asked for it. Used by sessions and proof.
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { closeSync, existsSync, lstatSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { kindLog, outsideMark } from '../runtimes/runtime.ts'
import { LabError, toErrorBody } from '../spec/errors.ts'
import { type CommandFailure, runCommand } from '../system/command.ts'
import { labFolder, labsFolder, makePrivateFolder, runtimeFolder } from '../system/folders.ts'
import type { ProcessIdentity } from '../system/processes.ts'
import { identify, isAlive } from '../system/processes.ts'
import { type LabConfig, logFile, type ProcessConfig, readLabConfig, type SpareConfig, socketFile, writeLabConfig } from './config.ts'
import { connectLab, type LabClient } from './lab-client.ts'

/** What the launcher fills in itself. */
type Launched = 'labId' | 'createdAt' | 'process'
interface Program {
  /** absolute path of labd.mjs */
  program: string
}
export type LaunchRequest = Omit<LabConfig, Launched | 'fromPool'> & Program
export type SpareRequest = Omit<SpareConfig, Launched | 'warm' | 'readyAt' | 'failed'> & Program

export interface LaunchedLab {
  labId: string
  folder: string
  process: ProcessIdentity
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
const createLabId = () => Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('')

/** The folder of all labs, ours alone: on a shared /tmp another user could have made it first. */
function ensureLabsFolder(): void {
  makePrivateFolder(runtimeFolder(), 'PODWIRE_RUNTIME_DIR')
  const uid = process.getuid?.()
  const stat = lstatSync(runtimeFolder())
  if (!stat.isDirectory() || (uid !== undefined && stat.uid !== uid)) {
    throw new LabError('forbidden', `${runtimeFolder()} belongs to somebody else.`, {
      hint: 'Set PODWIRE_RUNTIME_DIR to a folder of your own.',
    })
  }
  makePrivateFolder(labsFolder(), 'PODWIRE_RUNTIME_DIR')
}

/** Makes the lab's folder and starts its process; returns at once. The process creates the cluster by itself. */
export const launchLab = ({ program, ...request }: LaunchRequest): LaunchedLab =>
  launch(program, (made) => ({ ...request, ...made, fromPool: false }))

/** The same without a scenario: a cluster that waits to be assigned one. */
export const launchSpare = ({ program, ...request }: SpareRequest): LaunchedLab =>
  launch(program, (made) => ({ ...request, ...made, warm: true }))

/** In MiB. Node's own 16 let a lab's two processes grow by twenty in their first second; a start takes no longer with 2. */
const smallYoungSpace = '--max-semi-space-size=2'

/** The file that the lab's control plane runs as well: forty megabytes of it are in memory once instead of twice. */
function sharedNode(assets: string): string {
  const staged = join(assets, 'node')
  return existsSync(staged) ? staged : process.execPath
}

function launch(program: string, configure: (made: { labId: string; createdAt: number }) => ProcessConfig): LaunchedLab {
  ensureLabsFolder()
  const labId = createLabId()
  const folder = labFolder(labId)
  mkdirSync(folder, { mode: 0o700 })
  const config = configure({ labId, createdAt: Date.now() })
  writeLabConfig(folder, config)
  const log = openSync(logFile(folder), 'a', 0o600)
  try {
    const child = spawn(sharedNode(config.assets), [smallYoungSpace, program, folder], {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
    })
    if (child.pid === undefined) throw new LabError('sandbox-failed', `${program} did not start.`)
    child.unref()
    const identity = identify(child.pid)
    writeLabConfig(folder, { ...config, process: identity })
    return { labId, folder, process: identity }
  } finally {
    closeSync(log)
  }
}

/** The last lines of a lab's log, for an error message. */
export function readLogTail(folder: string, maxBytes = 4096): string {
  try {
    return readFileSync(logFile(folder), 'utf8').slice(-maxBytes)
  } catch {
    return '' // no log, nothing to add
  }
}

/** Connects to a lab, waiting for one that has just been launched. Throws connection-lost or sandbox-failed with the end of its log. */
export async function connectToLab(
  labId: string,
  options: { locale: LabConfig['locale']; build: string; signal?: AbortSignal },
): Promise<LabClient> {
  const folder = labFolder(labId)
  const config = readLabConfig(folder)
  return connectLab(socketFile(folder), {
    ...options,
    waitMs: config.process && isAlive(config.process) ? 10_000 : 0,
    giveUp() {
      if (config.process && !isAlive(config.process)) {
        throw new LabError('sandbox-failed', `The lab process of ${labId} has ended.`, {
          hint: readLogTail(folder).split('\n').slice(-6).join('\n') || undefined,
        })
      }
    },
  })
}

const buryMs = 120_000

/** Whether a dead lab left something that the kernel does not end: a cluster outside its own processes. */
export const leavesCluster = (folder: string): boolean => existsSync(join(folder, outsideMark))

/** Files that tell what it did. */
export const lifeLogs = (folder: string): string[] => [logFile(folder), join(folder, kindLog)]

/** Removes it. Throws LabError cluster-failed with the reason. */
export async function buryLab(folder: string, program: string): Promise<void> {
  try {
    await runCommand([process.execPath, program, '--bury', folder], { timeoutMs: buryMs, cwd: '/' })
  } catch (error) {
    const { stderr = '' } = ((error as LabError).cause ?? {}) as Partial<CommandFailure>
    const why = stderr.trim() || toErrorBody(error).message
    throw new LabError('cluster-failed', `What lab ${basename(folder)} has in the container engine could not be removed: ${why}`, {
      hint: 'It is tried again with every command, and by the server; at once: npx podwire clean',
      cause: error,
    })
  }
}

/** Absolute path of the lab process's program. */
export const labdProgram = (dist: string): string => join(dist, 'labd.mjs')
