// exec and attach: one process, its streams as channels of a websocket (v5.channel.k8s.io). Called by upgrade.ts.
import { randomBytes } from 'node:crypto'
import type { WebSocket } from 'ws'
import { flag, statusOf } from '../http/call.ts'
import { containerOf } from '../http/logs.ts'
import { missingProgram } from '../missing-program.ts'
import { ApiError, type KubeObject } from '../store.ts'
import type { ExecStream, PodStreams } from '../streams.ts'

const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const
/** Output may run this far ahead of the socket before the process is made to wait. */
const aheadBytes = 256 << 10

/** Checks the request at once (throws ApiError) and returns what runs it once the socket is there. */
export function runInPod(
  streams: PodStreams,
  how: 'exec' | 'attach',
  pod: KubeObject,
  query: URLSearchParams,
): (socket: WebSocket) => void {
  const container = containerOf(pod, query.get('container'))
  const argv = query.getAll('command')
  if (how === 'exec' && argv.length === 0) throw new ApiError(400, 'BadRequest', 'you must specify at least 1 command to execute')
  const { phase } = pod.status ?? {}
  const isOver = phase === 'Succeeded' || phase === 'Failed'
  if (isOver && how === 'attach')
    throw new ApiError(400, 'BadRequest', `container ${container} not found in pod ${pod.metadata.name}_${pod.metadata.namespace}`)
  if (isOver) throw new ApiError(400, 'BadRequest', `cannot exec into a container in a completed pod; current phase is ${phase}`)
  if (!pod.spec.nodeName) throw new ApiError(400, 'BadRequest', `pod ${pod.metadata.name} does not have a host assigned`)
  const wants = { stdin: flag(query, 'stdin'), stdout: flag(query, 'stdout'), stderr: flag(query, 'stderr'), tty: flag(query, 'tty') }

  return (socket) => {
    const send = (number: number, bytes: Buffer, sent?: () => void) => {
      if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.from([number]), bytes]), () => sent?.())
    }
    const finish = (status: Record<string, unknown>) => {
      send(channel.error, Buffer.from(JSON.stringify(status)))
      socket.close(1000)
    }
    let process: ExecStream
    try {
      const options = { stdin: wants.stdin, ...(wants.tty ? { tty: { cols: 80, rows: 24 } } : {}) }
      process = how === 'exec' ? streams.exec(pod, container, argv, options) : streams.attach(pod, container, options)
    } catch (error) {
      finish(statusOf(error).body)
      return
    }
    const missing = how === 'exec' ? watchForMissing(process, argv[0] as string) : undefined
    pump(socket, missing?.process ?? process, wants, send)
    let ended = false
    void process.exited.then((code) => {
      ended = true
      const reason = code === 127 ? missing?.reason() : undefined
      finish(reason ? startFailure(reason) : exitStatus(code))
    })
    socket.on('close', () => {
      if (!ended) process.kill(1)
    })
  }
}

/** Holds back the words of a program that is not there: they are not output, but why nothing ran. */
function watchForMissing(process: ExecStream, program: string): { process: ExecStream; reason(): string | undefined } {
  let reason: string | undefined
  const filter = (on: ExecStream['onStdout']) => (listener: (bytes: Buffer) => void) =>
    on.call(process, (bytes) => {
      const found = missingProgram(program, bytes)
      if (!found) return listener(bytes)
      reason = found
      process.ack(bytes.length)
    })
  return {
    process: {
      onStdout: filter(process.onStdout),
      onStderr: filter(process.onStderr),
      exited: process.exited,
      write: (bytes) => process.write(bytes),
      end: () => process.end(),
      ack: (count) => process.ack(count),
      resize: (cols, rows) => process.resize(cols, rows),
      kill: (signal) => process.kill(signal),
    },
    reason: () => reason,
  }
}

const startFailure = (reason: string) => ({
  metadata: {},
  status: 'Failure',
  message: `Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "${randomBytes(32).toString('hex')}": OCI runtime exec failed: exec failed: unable to start container process: ${reason}: unknown`,
  reason: 'InternalError',
  code: 500,
})

interface Wants {
  stdin: boolean
  stdout: boolean
  stderr: boolean
  tty: boolean
}

function pump(
  socket: WebSocket,
  process: ExecStream,
  wants: Wants,
  send: (channel: number, bytes: Buffer, sent?: () => void) => void,
): void {
  const forward = (number: number) => (bytes: Buffer) => {
    // Acknowledging what is in the socket's buffer, not what the client has read, keeps the window open while the client keeps up.
    if (socket.bufferedAmount < aheadBytes) process.ack(bytes.length)
    else return send(number, bytes, () => process.ack(bytes.length))
    send(number, bytes)
  }
  const drop = (bytes: Buffer) => process.ack(bytes.length)
  process.onStdout(wants.stdout ? forward(channel.stdout) : drop)
  process.onStderr(wants.stderr && !wants.tty ? forward(channel.stderr) : wants.tty ? forward(channel.stdout) : drop)
  if (!wants.stdin) process.end()
  socket.on('message', (data) => {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)
    const [number] = bytes
    const rest = bytes.subarray(1)
    if (number === channel.stdin && wants.stdin) process.write(rest)
    else if (number === channel.close && rest[0] === channel.stdin) process.end()
    else if (number === channel.resize) resize(process, rest)
  })
}

function resize(process: ExecStream, bytes: Buffer): void {
  let size: { Width?: unknown; Height?: unknown }
  try {
    size = JSON.parse(bytes.toString('utf8'))
  } catch {
    return // a size that cannot be read changes nothing, as upstream
  }
  const { Width: cols, Height: rows } = size
  if (typeof cols === 'number' && typeof rows === 'number' && cols > 0 && rows > 0) process.resize(cols, rows)
}

/** How the command ended, as kubectl turns it into its own exit code. */
export function exitStatus(code: number): Record<string, unknown> {
  if (code === 0) return { metadata: {}, status: 'Success' }
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  }
}
