// The lab process: reads lab.json in the folder it is given, runs that lab, or that spare, and serves its socket until it is over. Bundled as dist/labd.mjs.
import { unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { embeddedRuntime } from '../runtimes/embedded/runtime.ts'
import { kindRuntime } from '../runtimes/kind/runtime.ts'
import { findKindTools } from '../runtimes/kind/tools.ts'
import { buryKindLab } from '../runtimes/kind/undertaker.ts'
import type { Runtime } from '../runtimes/runtime.ts'
import { toErrorBody } from '../spec/errors.ts'
import { systemClock } from '../system/clock.ts'
import { cacheFolder } from '../system/folders.ts'
import { createLog, type Log } from '../system/log.ts'
import { logsFolder } from '../system/log-folders.ts'
import { identify } from '../system/processes.ts'
import { type ProcessConfig, readLabConfig, socketFile, writeLabConfig } from './config.ts'
import { createOccupants } from './occupants.ts'
import { listenForViewers } from './viewer-server.ts'

function createRuntime({ runtime, assets }: ProcessConfig, log: Log): Runtime {
  if (runtime === 'embedded') return embeddedRuntime({ assets, log })
  return kindRuntime({ findTools: findKindTools, assets, cache: join(cacheFolder(), 'kind'), logs: logsFolder(), log })
}

async function runLab(folder: string): Promise<void> {
  const config: ProcessConfig = { ...readLabConfig(folder), process: identify(process.pid) }
  writeLabConfig(folder, config)
  const log = createLog({ name: 'labd', level: config.logLevel })
  log.info({ sinceLaunchMs: Date.now() - config.createdAt }, 'up')
  const occupants = await createOccupants(config, { folder, runtime: createRuntime(config, log), clock: systemClock, log })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void occupants.stop())
  const server = await listenForViewers({
    labId: config.labId,
    build: config.build,
    socketPath: socketFile(folder),
    log,
    handle: occupants.handle,
    onConnection: (connection) => connection.onClose(() => occupants.leave(connection)),
  })
  log.info({ sinceLaunchMs: Date.now() - config.createdAt }, 'listening')
  occupants.begin()
  await occupants.ended
  // replies to whoever asked for the end are sent in the same turn
  await new Promise((resolve) => setImmediate(resolve))
  await server.close()
  unlinkQuietly(socketFile(folder))
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Removes what a dead lab's process made outside itself; the kernel ends all of an embedded lab. */
async function bury(folder: string): Promise<void> {
  const { labId, runtime } = readLabConfig(folder)
  if (runtime === 'kind') await buryKindLab(labId)
}

const isBurial = process.argv[2] === '--bury'
const folder = process.argv[isBurial ? 3 : 2]
if (!folder) {
  process.stderr.write('usage: node labd.mjs [--bury] <folder of the lab>\n')
  process.exit(2)
}
try {
  await (isBurial ? bury(folder) : runLab(folder))
  process.exit(0)
} catch (error) {
  // whoever asked for a burial says why there was none
  const { message, hint } = toErrorBody(error)
  const words = isBurial ? [message, hint].filter(Boolean).join(' ') : error instanceof Error ? error.stack : String(error)
  process.stderr.write(`${words}\n`)
  process.exit(1)
}
