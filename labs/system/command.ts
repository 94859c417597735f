// Runs programs of this machine (docker, kind, zstd) and collects what they print. Used by the kind runtime and the CLI; a lab's own processes go through its runtime.
import { existsSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { execa } from 'execa'
import { LabError } from '../spec/errors.ts'

export interface CommandOptions {
  /** when aborted: SIGTERM, then SIGKILL, and the call rejects with the signal's reason */
  signal?: AbortSignal | undefined
  /** added to this process's environment; an undefined value takes a variable away */
  env?: Record<string, string | undefined>
  /** written to its stdin, which is empty otherwise */
  input?: string | Readable
  /** takes its stdout, which is not collected then */
  output?: Writable
  timeoutMs?: number
  cwd?: string
  /** called with each line as it is printed, without its newline */
  onLine?(line: string, stream: 'stdout' | 'stderr'): void
}

/** What the program printed, without its last newline. */
export interface CommandOutput {
  stdout: string
  stderr: string
}

/** `cause` of a LabError command-failed. */
export interface CommandFailure {
  argv: string[]
  exitCode: number | undefined
  signal: string | undefined
  stderr: string
}

const killAfterMs = 5000
/** a grandchild may hold the pipes of an ended child open for ever */
const pipesAfterExitMs = 200

/** Runs `argv` without a shell. Throws LabError command-failed, runtime-unavailable (there is no such program), timeout, or the signal's reason. */
export async function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<CommandOutput> {
  const { signal, env, input, output, timeoutMs, cwd, onLine } = options
  signal?.throwIfAborted()
  const [file = '', ...args] = argv
  const printed = (stream: 'stdout' | 'stderr') =>
    onLine
      ? function* (line: unknown) {
          onLine(String(line), stream)
          yield line
        }
      : ('pipe' as const)
  const child = execa(file, args, {
    reject: false,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    forceKillAfterDelay: killAfterMs,
    stdout: output ? ['pipe', output] : printed('stdout'),
    buffer: { stdout: output === undefined },
    stderr: printed('stderr'),
  })
  const startedMs = performance.now()
  child.once('exit', () => {
    if (!signal?.aborted && !(timeoutMs !== undefined && performance.now() - startedMs >= timeoutMs)) return
    setTimeout(() => {
      child.stdout?.destroy()
      child.stderr?.destroy()
    }, pipesAfterExitMs).unref()
  })
  const result = await child
  if (!result.failed) return { stdout: String(result.stdout ?? ''), stderr: String(result.stderr) }
  if (signal?.aborted) throw signal.reason
  const name = nameOf(argv)
  if (result.code === 'ENOENT' || result.code === 'EACCES') {
    if (cwd === undefined || existsSync(cwd)) {
      const why = result.code === 'ENOENT' ? 'is not installed' : 'cannot be run'
      throw new LabError('runtime-unavailable', `${file} ${why}.`, {
        hint: `Install ${file}, or add its folder to PATH.`,
        cause: result.cause,
      })
    }
  }
  const stderr = String(result.stderr ?? '')
  const cause: CommandFailure = { argv: [...argv], exitCode: result.exitCode, signal: result.signal, stderr }
  if (result.timedOut) throw new LabError('timeout', `${name} was not done within ${(timeoutMs ?? 0) / 1000} s.`, { cause })
  const how = result.signal
    ? `was ended by ${result.signal}`
    : result.exitCode === undefined
      ? `failed: ${result.originalMessage ?? 'no reason given'}`
      : `failed with exit code ${result.exitCode}`
  const words = lastLines(stderr) || lastLines(String(result.stdout ?? ''))
  throw new LabError('command-failed', `${name} ${how}${words ? `: ${words}` : '.'}`, { cause })
}

/** The command as a person would name it: long ones are cut. */
function nameOf(argv: readonly string[]): string {
  const name = argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')
  return name.length > 120 ? `${name.slice(0, 119)}…` : name
}

/** The last two lines that say something. */
function lastLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(-2)
    .join(' / ')
}
