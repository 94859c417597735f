// The lab process: reads lab.json in the folder it is given, runs that lab and serves its socket until the lab is over. Bundled as dist/labd.mjs.
import { unlinkSync } from 'node:fs'
import { embeddedRuntime } from '../runtimes/embedded/runtime.ts'
import type { Runtime } from '../runtimes/runtime.ts'
import { LabError, toErrorBody } from '../spec/errors.ts'
import { systemClock } from '../system/clock.ts'
import { createLog, type Log } from '../system/log.ts'
import { identify } from '../system/processes.ts'
import { eventsFile, type LabConfig, readLabConfig, socketFile, writeLabConfig } from './config.ts'
import { createEventLog } from './event-log.ts'
import { createLab } from './lab.ts'
import { readLogTail } from './launch.ts'
import { handleRequest } from './requests.ts'
import { loadLabScenario } from './scenario-files.ts'
import { listenForViewers } from './viewer-server.ts'

function createRuntime(config: LabConfig, log: Log): Runtime {
  if (config.runtime === 'embedded') return embeddedRuntime({ assets: config.assets, log })
  throw new LabError('runtime-unavailable', `The runtime "${config.runtime}" is not built into this lab process.`)
}

async function runLab(folder: string): Promise<void> {
  const config: LabConfig = { ...readLabConfig(folder), process: identify(process.pid) }
  writeLabConfig(folder, config)
  const log = createLog({ name: 'labd', level: config.logLevel })
  const events = createEventLog(eventsFile(folder), systemClock.now)
  log.info({ sinceLaunchMs: Date.now() - config.createdAt }, 'up')
  const loaded = await loadLabScenario(config.scenarioFolder, config.locale, (error) =>
    log.warn({ error: toErrorBody(error) }, 'text not loaded'),
  )
  const lab = createLab({
    config,
    folder,
    loaded,
    runtime: createRuntime(config, log),
    clock: systemClock,
    log,
    events,
    readLogs: () => readLogTail(folder),
  })

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void lab.stop())
  const server = await listenForViewers({
    labId: config.labId,
    build: config.build,
    socketPath: socketFile(folder),
    log,
    handle: (connection, request, tail) => handleRequest(lab, connection, request, tail),
    onConnection(connection) {
      connection.onClose(() => {
        lab.terminals.detachAll(connection)
        lab.execs.endAll(connection)
      })
    },
  })
  log.info({ sinceLaunchMs: Date.now() - config.createdAt }, 'listening')
  void lab.boot()
  await lab.ended
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

const folder = process.argv[2]
if (!folder) {
  process.stderr.write('usage: node labd.mjs <folder of the lab>\n')
  process.exit(2)
}
try {
  await runLab(folder)
  process.exit(0)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
}
