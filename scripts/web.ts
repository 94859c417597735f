// The web process: serves Next's pages and the page's socket on one port. Bundled to dist/web.mjs; labs outlive it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { hostname } from 'node:os'
import { join } from 'node:path'
import next from 'next'
import { Server as SocketServer } from 'socket.io'
import { provideWebServices } from '../app/server/web-services.ts'
import { attachGateway, type GatewayServer, gatewayServerOptions } from '../labs/gateway/gateway.ts'
import { sayStatus } from '../labs/gateway/translate.ts'
import { createSessions, statusFor } from '../labs/sessions/sessions.ts'
import { LabError } from '../labs/spec/errors.ts'
import { openStore } from '../labs/store/store.ts'
import { readEnvironment } from '../labs/system/environment.ts'
import { readBuild } from '../labs/system/installation.ts'
import { createLog } from '../labs/system/log.ts'
import { listen } from './port.ts'
import { readAvailability } from './runtime-availability.ts'
import { parseWebFlags } from './web-flags.ts'
import { createFrontDoor } from './web-front-door.ts'
import { createProgressReader, createSolutionReader, createSolvedKeeper } from './web-progress.ts'

const shutdownGraceMs = 3000
/** the one that newcomers are pointed to: it needs kubectl only */
const firstLab = 'sd-selector-typo'

async function main(): Promise<void> {
  process.env.NEXT_TELEMETRY_DISABLED = '1'
  const flags = parseWebFlags(process.argv.slice(2))
  const environment = readEnvironment()
  const installation = readBuild()
  process.chdir(installation.root) // Next and the catalogue read from there
  const log = createLog({ name: 'web', level: environment.logLevel })

  let handle: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined
  const ownNames = [flags.host, hostname()].map((name) => name.toLowerCase())
  const server = createServer(createFrontDoor({ dev: flags.dev, ownNames, pages: () => handle }))
  const port = await listen(server, flags.host, flags.port)

  const store = await openStore()
  const sessions = createSessions({
    store,
    installation,
    availability: () => readAvailability({ labsUnavailable: flags.labsUnavailable, host: flags.host, assets: installation.assets }),
    environment,
    scenarios: join(installation.root, 'labs/scenarios'),
    log,
  })
  provideWebServices({
    progress: createProgressReader(store, sessions),
    ...createSolvedKeeper(store),
    lastSolution: createSolutionReader(store),
    status: async (learner, locale) => sayStatus(statusFor(await sessions.status(locale), learner ?? '', false), locale),
  })
  const io: GatewayServer = new SocketServer(server, gatewayServerOptions({ ownNames }))
  const letGo = attachGateway(io, { sessions, ownNames, log })
  sessions.keepSweeping()
  void sessions
    .keepPool({ wanted: flags.warm ?? environment.warm, runtime: environment.warmRuntime })
    .catch((error: unknown) => log.error({ error: String(error) }, 'the pool is not kept'))

  const app = next({ dev: flags.dev, hostname: flags.host, port, httpServer: server, dir: installation.root })
  await app.prepare()
  handle = app.getRequestHandler()
  const address = `http://${flags.host.includes(':') ? `[${flags.host}]` : flags.host}:${port}`
  const tryIt = flags.labsUnavailable ? `Lessons: ${address}/en` : `A lab to try: ${address}/en/labs/${firstLab}`
  process.stdout.write(`Podwire serves ${address}\n${tryIt}\n`)

  let closing = false
  const close = async () => {
    if (closing) return
    closing = true
    letGo()
    await Promise.race([closeServer(server, io), new Promise((resolve) => setTimeout(resolve, shutdownGraceMs).unref())])
    await sessions.close()
    await store.close()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void close())
}

/** Answers what is under way, refuses the rest. Labs go on: they are processes of their own; spares of the pool end with their keeper. */
async function closeServer(server: Server, io: GatewayServer): Promise<void> {
  server.closeIdleConnections()
  await io.close()
}

main().catch((error: unknown) => {
  if (error instanceof LabError) process.stderr.write(`${error.message}\n${error.hint ? `→ ${error.hint}\n` : ''}`)
  else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
})
