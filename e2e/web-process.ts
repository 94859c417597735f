// The real web process under test: folders of its own, a free port, and ways to kill it and start it again.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const startMs = 30_000

export interface WebProcess {
  readonly url: string
  /** As the kernel does it: no goodbye to anybody. */
  kill(): Promise<void>
  /** Starts again on the same port, with the same folders. */
  start(): Promise<void>
  /** ids of the labs that have a folder */
  labs(): string[]
  /** pid of a lab's process */
  labPid(id: string): number
  /** Writes into a lab's log what its process writes when it begins to stop. */
  tellStopping(id: string): void
  /** Runs `podwire …` on the same labs. */
  podwire(...args: string[]): { status: number | null; stdout: string; stderr: string }
  /** Ends the process and all its labs. */
  dispose(): Promise<void>
}

export async function startWebProcess(env: Record<string, string> = {}): Promise<WebProcess> {
  // short: a unix socket's path has at most 107 bytes
  const folder = mkdtempSync(join(tmpdir(), 'pwe-'))
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: 'production',
    PODWIRE_RUNTIME_DIR: join(folder, 'run'),
    PODWIRE_STATE_DIR: join(folder, 'state'),
    PODWIRE_LOG_LEVEL: 'warn',
    ...env,
  }
  let child: ChildProcess | undefined
  let port = 0
  let output = ''

  async function start(): Promise<void> {
    output = ''
    child = spawn(process.execPath, [join(root, 'dist/web.mjs'), '--port', String(port)], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const exited = once(child, 'exit').then(() => {
      throw new Error(`dist/web.mjs did not start:\n${output}`)
    })
    exited.catch(() => undefined) // later exits are what tests ask for
    const ready = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`dist/web.mjs is not ready after ${startMs} ms:\n${output}`)), startMs)
      const read = (bytes: Buffer) => {
        output += bytes
        const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(output)
        if (!found) return
        clearTimeout(timer)
        port = Number(found[1])
        resolve()
      }
      child?.stdout?.on('data', read)
      child?.stderr?.on('data', read)
    })
    await Promise.race([ready, exited])
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  const labsFolder = join(folder, 'run/labs')
  const labs = () => (existsSync(labsFolder) ? readdirSync(labsFolder) : [])
  const podwire = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/podwire.mjs'), ...args], {
      env: environment,
      encoding: 'utf8',
      timeout: 60_000,
    })
    return { status, stdout, stderr }
  }

  await start()
  return {
    get url() {
      return `http://127.0.0.1:${port}`
    },
    kill: () => end('SIGKILL'),
    start,
    labs,
    labPid: (id) => JSON.parse(readFileSync(join(labsFolder, id, 'lab.json'), 'utf8')).process.pid,
    tellStopping: (id) => appendFileSync(join(labsFolder, id, 'events.jsonl'), `${JSON.stringify({ type: 'stopping', at: Date.now() })}\n`),
    podwire,
    async dispose() {
      for (const lab of labs()) podwire('lab', 'stop', lab)
      await end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
