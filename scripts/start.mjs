// `npm start`: sets up whatever is missing, builds what changed, serves. No dependencies: it runs before npm packages are installed.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setUp } from './setup.mjs'
import { root, SetupError, say } from './terminal.mjs'

const help = `Usage: npm start -- [options]

Sets Podwire up (system packages, npm packages, kubectl, build) and serves it.

  --port <n>    port to serve on (default 3000)
  --host <ip>   address to listen on (default 127.0.0.1: this machine only)
  --warm <n>    clusters of kind to keep ready, so that a lab there starts at once (default 0; each takes about 700 MB)
  --yes         install system packages without asking
  --help        this text

Environment: PODWIRE_KUBECTL, PODWIRE_KIND, PODWIRE_KIND_IMAGE, PODWIRE_CACHE_DIR, PODWIRE_STATE_DIR, PODWIRE_RUNTIME_DIR, PODWIRE_IDLE_MINUTES,
PODWIRE_WARM (README tells more).
Labs on kind are optional: they need docker or podman, and kind (npx podwire kind install); npx podwire doctor shows what is missing.
Labs go on when the server stops; npx podwire lab list shows them, npx podwire clean ends them. Clusters kept ready end with it.`

function options() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '3000' },
        host: { type: 'string', default: '127.0.0.1' },
        warm: { type: 'string' },
        yes: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const port = Number(values.port)
    if (!/^\d+$/.test(values.port) || port < 1 || port > 65535)
      throw new Error(`--port ${values.port} is not a port. Use a number from 1 to 65535.`)
    if (values.warm !== undefined && (!/^\d+$/.test(values.warm) || Number(values.warm) > 50))
      throw new Error(`--warm ${values.warm} is not a number of clusters. Use a number from 0 to 50.`)
    return { ...values, port }
  } catch (error) {
    process.stderr.write(`${error.message}\nnpm start -- --help shows the options.\n`)
    process.exit(2)
  }
}

const chosen = options()
if (chosen.help) {
  say(help)
  process.exit(0)
}
let machine
try {
  machine = await setUp(chosen)
} catch (error) {
  if (!(error instanceof SetupError) && !/kubectl v/.test(error.message)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
const server = spawn(
  process.execPath,
  [
    join(root, 'dist/web.mjs'),
    '--port',
    String(chosen.port),
    '--host',
    chosen.host,
    ...(chosen.warm === undefined ? [] : ['--warm', chosen.warm]),
    ...(machine.labs ? [] : ['--labs-unavailable', machine.sentence]),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  },
)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal))
server.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)))
