// Single commands run in the lab for one viewer, with streams of their own (`podwire lab exec`). Used by lab.ts through requests.ts.
import type { LabProcess, SpawnOptions } from '../runtimes/runtime.ts'
import { LabError } from '../spec/errors.ts'
import { formatTarget, type Target } from '../spec/target.ts'
import type { Viewer } from './viewer.ts'

const maxExecsOfViewer = 32
/** Input that one command has not read. Who waits for answers never gets here: they come once nothing waits. */
const maxHeldBytes = 4 << 20

export interface ExecRequest {
  target: Target
  argv: string[]
  tty?: { cols: number; rows: number }
  stdin: boolean
  record: boolean
}

export interface Execs {
  /** Starts the command. Its output flows after start() is called on the result. Throws lab-busy when this viewer runs too many. */
  open(viewer: Viewer, request: ExecRequest): Promise<{ execId: string; start(): void }>
  /**
   * Resolves when the input is on its way to the command. Throws bad-request when this viewer has no such command (one that has just exited is
   * forgotten in silence), and lab-busy when far too much waits already.
   */
  input(viewer: Viewer, execId: string, bytes: Buffer, eof: boolean): Promise<void>
  resize(viewer: Viewer, execId: string, size: { cols: number; rows: number }): void
  signal(viewer: Viewer, execId: string, signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL' | 'SIGHUP'): void
  ack(viewer: Viewer, execId: string, bytes: number): void
  /** Kills what this viewer has started: nobody can see it any more. */
  endAll(viewer: Viewer): void
}

export interface ExecsOptions {
  spawn(target: Target, argv: string[], options: SpawnOptions): Promise<LabProcess>
  onCommand(target: string, command: string, exitCode: number): void
}

/** The argument vector as a person would type it. */
export const quoteArguments = (argv: string[]): string =>
  argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')

export function createExecs(options: ExecsOptions): Execs {
  const running = new Map<string, { viewer: Viewer; process: LabProcess | undefined }>()
  let nextNumber = 1

  /** undefined once it has exited: input and acks may cross its exit on their way */
  function find(viewer: Viewer, execId: string): LabProcess | undefined {
    const entry = running.get(execId)
    if (entry ? entry.viewer !== viewer : !(Number(execId.slice(1)) < nextNumber))
      throw new LabError('bad-request', `There is no command "${execId}" on this connection.`)
    return entry?.process
  }

  return {
    async open(viewer, request) {
      if ([...running.values()].filter((entry) => entry.viewer === viewer).length >= maxExecsOfViewer)
        throw new LabError('lab-busy', `${maxExecsOfViewer} commands of this connection are running already.`)
      const execId = `x${nextNumber++}`
      running.set(execId, { viewer, process: undefined })
      const process = await options
        .spawn(request.target, request.argv, { ...(request.tty ? { tty: request.tty, env: { TERM: 'xterm-256color' } } : {}) })
        .catch((error) => {
          running.delete(execId)
          throw error
        })
      if (!running.has(execId)) {
        process.kill('SIGKILL')
        throw new LabError('connection-lost', 'The caller left before its command had started.')
      }
      running.set(execId, { viewer, process })
      if (!request.stdin) process.end()
      const start = () => {
        process.onStdout((bytes) => viewer.send({ op: 'exec.out', execId, stream: 'stdout' }, bytes))
        process.onStderr((bytes) => viewer.send({ op: 'exec.out', execId, stream: 'stderr' }, bytes))
        void process.exited.then((code) => {
          running.delete(execId)
          viewer.send({ op: 'exec.exit', execId, code })
          if (request.record) options.onCommand(formatTarget(request.target), quoteArguments(request.argv), code)
        })
      }
      return { execId, start }
    },
    async input(viewer, execId, bytes, eof) {
      const process = find(viewer, execId)
      if (!process) return
      if (process.heldBytes > maxHeldBytes) throw new LabError('lab-busy', 'The command does not read its input.')
      if (bytes.length) process.write(bytes)
      if (eof) process.end()
      await process.taken()
    },
    resize: (viewer, execId, { cols, rows }) => find(viewer, execId)?.resize(cols, rows),
    signal: (viewer, execId, signal) => find(viewer, execId)?.kill(signal),
    ack: (viewer, execId, bytes) => find(viewer, execId)?.ack(bytes),
    endAll(viewer) {
      for (const [execId, entry] of running) {
        if (entry.viewer !== viewer) continue
        running.delete(execId)
        entry.process?.kill('SIGHUP')
        entry.process?.kill('SIGKILL')
      }
    },
  }
}
