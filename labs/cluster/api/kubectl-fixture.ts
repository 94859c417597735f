// For the tests: an API server on 127.0.0.1 over TLS, pods that are processes of this machine, and the real kubectl to drive it.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '../../system/folders.ts'
import { createStore, type ServedStore } from './memory-store.ts'
import { createApiServer } from './server.ts'
import { ApiError, type KubeObject } from './store.ts'
import type { ExecOptions, ExecStream, LogOptions, PodStreams, PortStream } from './streams.ts'

export const kubectlPath = process.env.PODWIRE_KUBECTL || join(cacheFolder(), 'kubectl-1.37.1')
/** Why the tests cannot run here, or undefined. */
export const kubectlMissing = existsSync(kubectlPath)
  ? undefined
  : `no kubectl at ${kubectlPath}: npm start fetches it, or set PODWIRE_KUBECTL`

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}
export interface RunOptions {
  stdin?: string
  env?: Record<string, string>
  timeoutMs?: number
}
export interface KubectlFixture extends AsyncDisposable {
  store: ServedStore
  /** a folder of the test's own; kubectl runs in it */
  folder: string
  port: number
  kubectl(args: string[], options?: RunOptions): Promise<Outcome>
  /** kubectl left running, for -w, logs -f and port-forward */
  start(args: string[]): ChildProcess
  /** what the logs of a container hold: namespace/pod/container → text */
  logs: Map<string, string>
}

/** Certificate and key for 127.0.0.1, PEM; made by openssl, as those of a lab are. */
async function selfSigned(folder: string): Promise<{ cert: string; key: string }> {
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '1',
    '-subj',
    '/CN=podwire-test',
  ]
  await promisify(execFile)('openssl', [...request, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', keyFile, '-out', certFile])
  return { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') }
}

export async function startKubectlFixture(): Promise<KubectlFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'podwire-kubectl-'))
  const store = createStore()
  const logs = new Map<string, string>()
  const tls = await selfSigned(folder)
  const server = createApiServer({
    store,
    tls,
    tokens: { 'test-token': { username: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:authenticated'] } },
    streams: hostStreams(logs),
  })
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 })
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'podwire',
        cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': Buffer.from(tls.cert).toString('base64') },
      },
    ],
    users: [{ name: 'admin', user: { token: 'test-token' } }],
    contexts: [{ name: 'podwire', context: { cluster: 'podwire', user: 'admin' } }],
    'current-context': 'podwire',
  }
  await writeFile(join(folder, 'config'), JSON.stringify(kubeconfig))
  const environment = { PATH: process.env.PATH ?? '', HOME: folder, KUBECONFIG: join(folder, 'config'), TERM: 'xterm' }
  const running = new Set<ChildProcess>()

  function start(args: string[], env: Record<string, string> = {}): ChildProcess {
    const child = spawn(kubectlPath, args, { cwd: folder, env: { ...environment, ...env } as unknown as NodeJS.ProcessEnv, stdio: 'pipe' })
    running.add(child)
    child.on('close', () => running.delete(child))
    return child
  }
  return {
    store,
    folder,
    port,
    logs,
    start: (args) => start(args),
    kubectl: (args, { stdin, env, timeoutMs = 20_000 } = {}) =>
      new Promise((resolve, reject) => {
        const child = start(args, env)
        const out: Buffer[] = []
        const err: Buffer[] = []
        child.stdout?.on('data', (chunk) => out.push(chunk))
        child.stderr?.on('data', (chunk) => err.push(chunk))
        const timer = setTimeout(() => {
          child.kill('SIGKILL')
          reject(new Error(`kubectl ${args.join(' ')} did not end in ${timeoutMs} ms\n${Buffer.concat(out)}${Buffer.concat(err)}`))
        }, timeoutMs)
        child.on('error', reject)
        child.on('close', (code) => {
          clearTimeout(timer)
          resolve({ code: code ?? 128, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') })
        })
        child.stdin?.end(stdin ?? '')
      }),
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL')
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Pods' processes, run on this machine: what a kubelet would do in a pod. */
function hostStreams(logs: Map<string, string>): PodStreams {
  const exec = (pod: KubeObject, container: string, argv: string[], options: ExecOptions): ExecStream => {
    if (pod.status?.phase !== 'Running')
      throw new ApiError(400, 'BadRequest', `container "${container}" in pod "${pod.metadata.name}" is waiting to start: ContainerCreating`)
    const command = options.tty ? ['script', '-qec', argv.map(quote).join(' '), '/dev/null'] : argv
    const child = spawn(command[0] as string, command.slice(1), { stdio: 'pipe' })
    const exited = new Promise<number>((resolve) => {
      child.on('error', () => resolve(127))
      child.on('close', (code, signal) => resolve(code ?? (signal ? 128 : 0)))
    })
    child.stdin.on('error', () => {}) // the process may end before it has read everything
    return {
      onStdout: (listener) => void child.stdout.on('data', listener),
      onStderr: (listener) => void child.stderr.on('data', listener),
      exited,
      write: (bytes) => void child.stdin.write(bytes),
      end: () => void child.stdin.end(),
      ack() {},
      resize() {},
      kill: () => void child.kill(),
    }
  }
  return {
    exec,
    attach: (pod, container, options) => exec(pod, container, ['sh'], options),
    logs: (pod, container, options) => readLog(logs, pod, container, options),
    portForward: (_pod, port) => openPort(port),
  }
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

async function* readLog(logs: Map<string, string>, pod: KubeObject, container: string, options: LogOptions): AsyncGenerator<Buffer> {
  const key = `${pod.metadata.namespace}/${pod.metadata.name}/${container}${options.previous ? '/previous' : ''}`
  const text = logs.get(key)
  if (text === undefined) {
    const why = options.previous
      ? `previous terminated container "${container}" in pod "${pod.metadata.name}" not found`
      : `container "${container}" in pod "${pod.metadata.name}" is waiting to start: ContainerCreating`
    throw new ApiError(400, 'BadRequest', why)
  }
  let lines = text.split(/(?<=\n)/)
  if (options.tailLines !== undefined) lines = options.tailLines === 0 ? [] : lines.slice(-options.tailLines)
  for (const line of lines) yield Buffer.from(options.timestamps ? `2026-01-01T00:00:00.000000000Z ${line}` : line)
}

function openPort(port: number): PortStream {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  let failed = false
  return {
    onData: (listener) => void socket.on('data', listener),
    onEnd: (listener) => void socket.on('close', () => failed || listener()),
    onError: (listener) =>
      void socket.on('error', (error) => {
        failed = true
        listener(error)
      }),
    write: (bytes) => void socket.write(bytes),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  }
}
