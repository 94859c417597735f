// The other end of labinit (labs/system/native/labinit.c, where the protocol is written down): used by labd over the sandbox's stdin and
// stdout, and by the control plane over its file descriptor 4.
import type { Readable, Writable } from 'node:stream'
import { LabError } from '../spec/errors.ts'
import { createInitProcess, type InitProcess } from './init-process.ts'
import { createInitFrameDecoder, createOnly, encodeInitFrame, reply, request, strings, uint16, uint32 } from './init-wire.ts'
import type { NamespaceOptions, SandboxInit, SandboxProcess, SandboxSpawn } from './sandbox-init.ts'

const maxCollectedBytes = 1 << 20

export interface SandboxSetup {
  /** processes of all students' namespaces together */
  processLimit: number
  /** namespaces of each kind in the sandbox */
  namespaceLimit: number
  /** seccomp filter for students' processes: struct sock_filter[] */
  filter: Buffer
}

/** What labd alone may ask; control's connection is refused. */
export interface SandboxInitOwner extends SandboxInit {
  /** once, before the first namespace */
  setup(options: SandboxSetup): Promise<void>
  /** Starts the control plane; its API server's socket listens on `port` in the network of `namespace`. */
  startControl(options: { namespace: string; port: number; config: string }): Promise<void>
  /**
   * Makes a container of somebody else's a namespace that can be entered: its first process is found by the container's id. Only where labinit runs in the
   * machine's pid namespace. Asking again gives the same; `destroyNamespace` forgets it; its end is told as a namespace's.
   */
  adopt(options: { name: string; kind: NamespaceOptions['kind']; containerId: string }): Promise<AdoptedNamespace>
  /** called with the exit code when the control plane ends */
  onControlExit(listener: (code: number) => void): void
}

/** What a process that joins the container starts with. */
export interface AdoptedNamespace {
  /** in the machine's pid namespace */
  pid: number
  cwd: string
  env: Record<string, string>
}

interface Waiting {
  what: string
  resolve(payload: Buffer): void
  reject(error: LabError): void
}

/** Speaks to labinit over a pair of streams (may be one duplex). Fails every open request when they end. */
export function createInitClient(input: Readable, output: Writable): SandboxInitOwner {
  const waiting = new Map<number, Waiting>()
  const processes = new Map<number, InitProcess>()
  const lostListeners: ((name: string) => void)[] = []
  const controlListeners: ((code: number) => void)[] = []
  let nextId = 1
  let isClosed = false
  let settleClosed: () => void = () => {}
  const closed = new Promise<void>((resolve) => {
    settleClosed = resolve
  })

  const send = (type: number, id: number, ...parts: Uint8Array[]) => {
    if (!isClosed) output.write(encodeInitFrame(type, id, parts))
  }

  function ask(what: string, type: number, ...parts: Uint8Array[]): Promise<Buffer> {
    if (isClosed) return Promise.reject(gone(what))
    const id = nextId++
    return new Promise((resolve, reject) => {
      waiting.set(id, { what, resolve, reject })
      send(type, id, ...parts)
    })
  }

  function onFrame(type: number, id: number, payload: Buffer) {
    switch (type) {
      case reply.ok:
        waiting.get(id)?.resolve(payload)
        waiting.delete(id)
        return
      case reply.error: {
        const asked = waiting.get(id)
        waiting.delete(id)
        asked?.reject(new LabError('sandbox-failed', `${asked.what}: ${payload.toString()}`))
        return
      }
      case reply.namespaceLost:
        for (const listener of lostListeners) listener(payload.toString())
        return
      case reply.controlExit:
        for (const listener of controlListeners) listener(payload.readUInt32LE(0))
        return
      case reply.exit:
        processes.get(id)?.onReply(type, payload)
        processes.delete(id)
        return
      default:
        processes.get(id)?.onReply(type, payload)
    }
  }

  function close() {
    if (isClosed) return
    isClosed = true
    for (const asked of waiting.values()) asked.reject(gone(asked.what))
    waiting.clear()
    for (const process of processes.values()) process.onGone()
    processes.clear()
    settleClosed()
  }

  const decode = createInitFrameDecoder(onFrame)
  input.on('data', (chunk: Buffer) => {
    try {
      decode(chunk)
    } catch (error) {
      input.destroy(error as Error) // nothing after a malformed frame can be understood; 'error' closes
    }
  })
  input.on('close', close)
  input.on('end', close)
  // A broken stream has the same meaning as its end: the sandbox is gone. `closed` and every open request tell.
  input.on('error', close)
  output.on('error', close)

  function spawn(options: SandboxSpawn): SandboxProcess {
    const id = nextId++
    const process = createInitProcess((type, ...parts) => send(type, id, ...parts), Boolean(options.tty))
    if (isClosed) {
      process.onGone()
      return process
    }
    const environment = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`)
    const head = Buffer.concat([
      Buffer.from([options.view === 'platform' ? 1 : 0, options.tty ? 1 : 0]),
      uint16(options.tty?.cols ?? 0),
      uint16(options.tty?.rows ?? 0),
      uint16(options.argv.length),
      uint16(environment.length),
    ])
    send(request.spawn, id, head, strings(options.namespace ?? '', options.cwd ?? '', ...options.argv, ...environment))
    processes.set(id, process)
    return process
  }

  return {
    closed,
    spawn,
    onNamespaceLost: (listener) => void lostListeners.push(listener),
    onControlExit: (listener) => void controlListeners.push(listener),
    async setup({ processLimit, namespaceLimit, filter }) {
      await ask('set up the sandbox', request.setup, uint32(processLimit), uint32(namespaceLimit), filter)
    },
    async startControl({ namespace, port, config }) {
      await ask('start the control plane', request.startControl, uint16(port), strings(namespace, config))
    },
    async adopt({ name, kind, containerId }) {
      const payload = await ask(`enter container ${containerId.slice(0, 12)}`, request.adopt, strings(name, kind, containerId))
      const [cwd = '', ...pairs] = payload.subarray(4).toString().split('\0')
      const env = Object.fromEntries(pairs.filter((pair) => pair.indexOf('=') > 0).map((pair) => splitOnce(pair)))
      return { pid: payload.readUInt32LE(0), cwd, env }
    },
    async createNamespace({ name, parent, kind, hostname }: NamespaceOptions) {
      const payload = await ask(`create ${name}`, request.create, strings(name, parent ?? '', kind, hostname))
      return { pid: payload.readUInt32LE(0) }
    },
    async destroyNamespace(name) {
      await ask(`destroy ${name}`, request.destroy, strings(name))
    },
    readFile: (namespace, path) => ask('read a file', request.readFile, strings(namespace, path)),
    async writeFile(namespace, path, data, mode = 0o644) {
      await ask('write a file', request.writeFile, uint32(mode), strings(namespace, path), Buffer.from(data))
    },
    createFile: (namespace, path, data) =>
      ask('create a file', request.writeFile, uint32(0o644 | createOnly), strings(namespace, path), Buffer.from(data)).then(
        () => true,
        (error) => {
          if (error instanceof LabError && error.message.endsWith('File exists')) return false
          throw error
        },
      ),
    async writeSysctls(namespace, values) {
      await ask('set sysctls', request.writeSysctls, strings(namespace, ...Object.entries(values).flat()))
    },
    run: (options) => collect(spawn(options), options),
  }
}

const splitOnce = (pair: string): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]

const gone = (what: string) => new LabError('connection-lost', `${what}: the sandbox is gone`)

async function collect(process: SandboxProcess, options: { argv: string[]; stdin?: string | Buffer; timeoutMs?: number }) {
  const gather = (on: (listener: (bytes: Buffer) => void) => void) => {
    const chunks: Buffer[] = []
    let size = 0
    on((bytes) => {
      process.ack(bytes.length)
      if (size < maxCollectedBytes) chunks.push(bytes.subarray(0, maxCollectedBytes - size))
      size += bytes.length
    })
    return () => Buffer.concat(chunks)
  }
  const stdout = gather(process.onStdout)
  const stderr = gather(process.onStderr)
  if (options.stdin !== undefined && options.stdin.length > 0) process.write(Buffer.from(options.stdin))
  process.end()
  let timedOut = false
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true
          process.kill(9)
        }, options.timeoutMs)
  const code = await process.exited
  clearTimeout(timer)
  if (timedOut) {
    throw new LabError('timeout', `${options.argv.join(' ')} took longer than ${options.timeoutMs} ms`, {
      cause: { argv: options.argv, exitCode: code, stderr: stderr().toString() },
    })
  }
  return { code, stdout: stdout(), stderr: stderr() }
}
