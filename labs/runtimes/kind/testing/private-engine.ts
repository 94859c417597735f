// A docker daemon of a test's own, which can be stopped and whose disk can fill up: own data, socket, network and mount namespaces. Used by failure tests.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findProgram } from '../../../system/programs.ts'
import { writeProgram } from './programs.ts'

const startMs = 30_000
const dataMB = 300

export interface PrivateEngine {
  /** a `docker` that speaks to it */
  program: string
  /** what it prints; throws when it fails */
  docker(...args: string[]): string
  start(): Promise<void>
  /** An orderly stop, as of the machine's service. */
  stop(): Promise<void>
  /** Leaves so many KiB of its disk. */
  fillDisk(leftKB: number): void
  close(): Promise<void>
}

/** Why there can be none; undefined when it can. */
export function whyNoPrivateEngine(): string | undefined {
  if (process.getuid?.() !== 0) return 'a docker daemon of its own needs root'
  const missing = ['dockerd', 'docker', 'unshare', 'nsenter', 'ip'].find((name) => !findProgram(name, searchPath()))
  return missing ? `${missing} is not installed` : undefined
}

const searchPath = () => `${process.env.PATH}:/usr/sbin:/sbin`

/** Some machines need another runc: the daemon of this one knows. */
function runtimeOptions(): object {
  const { stdout } = spawnSync('docker', ['info', '--format', '{{.DefaultRuntime}} {{json .Runtimes}}'], { encoding: 'utf8' })
  const [, name = 'runc', runtimes = '{}'] = /^(\S+) (.*)/.exec(stdout) ?? []
  const path = (JSON.parse(runtimes) as Record<string, { path?: string }>)[name]?.path
  return name !== 'runc' && path ? { 'default-runtime': name, runtimes: { [name]: { path } } } : {}
}

export async function openPrivateEngine(): Promise<PrivateEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'pw-docker-'))
  const at = (name: string) => join(folder, name)
  const host = `unix://${at('docker.sock')}`
  const program = writeProgram(at('bin'), 'docker', `export DOCKER_HOST=${host}\nexec ${findProgram('docker', searchPath())} "$@"`)
  writeFileSync(at('daemon.json'), JSON.stringify(runtimeOptions()))
  const flags = ['--config-file', at('daemon.json'), '--host', host, '--pidfile', at('pid'), '--exec-root', at('exec')]
  // its disk outlives the daemon: the mount namespace is held by a process of ours
  const holder = spawn(
    'unshare',
    [
      '--mount',
      '--net',
      'sh',
      '-c',
      `ip link set lo up && mkdir -p ${at('data')} && mount -t tmpfs -o size=${dataMB}m tmpfs ${at('data')} && echo held && exec sleep infinity`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await once(holder.stdout, 'data')
  const inside = ['--target', String(holder.pid), '--mount', '--net']
  let daemon: ChildProcess | undefined
  const log = openSync(at('log'), 'a')
  const docker = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`)
    return stdout
  }
  const engine: PrivateEngine = {
    program,
    docker,
    async start() {
      // without --fork nsenter becomes the daemon: its pid is the child's
      daemon = spawn('nsenter', [...inside, findProgram('dockerd', searchPath()) as string, ...flags, '--data-root', at('data')], {
        stdio: ['ignore', log, log],
        detached: true,
      })
      const deadline = performance.now() + startMs
      while (spawnSync(program, ['info'], { stdio: 'ignore', timeout: 5000 }).status !== 0) {
        if (daemon.exitCode !== null || performance.now() > deadline)
          throw new Error(`dockerd did not start:\n${readFileSync(at('log'), 'utf8').split('\n').slice(-8).join('\n')}`)
        await delay(100)
      }
    },
    async stop() {
      if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return
      const gone = once(daemon, 'exit')
      daemon.kill('SIGTERM')
      await gone
    },
    fillDisk(leftKB) {
      // never more than the disk that is ours alone
      const script = `cd ${at('data')} && rm -f filler && left=$(df -k --output=avail . | tail -1) && [ "$left" -le ${dataMB * 1024} ] && fallocate -l $((left - ${leftKB}))K filler`
      const { status, stderr } = spawnSync('nsenter', [...inside, 'sh', '-c', script], { encoding: 'utf8' })
      if (status !== 0) throw new Error(`disk not filled: ${stderr}`)
    },
    async close() {
      await engine.stop()
      if (holder.exitCode === null) {
        const gone = once(holder, 'exit')
        holder.kill('SIGKILL')
        await gone
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    await engine.start()
  } catch (error) {
    await engine.close()
    throw error
  }
  return engine
}
