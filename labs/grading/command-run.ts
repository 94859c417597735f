// Runs one program in a place of the lab to its end and collects what it says. Used by command probes and by steps.
import type { Cluster, SpawnOptions } from '../runtimes/runtime.ts'
import type { Target } from '../spec/target.ts'
import type { Clock } from '../system/clock.ts'
import type { CommandOutput } from './judge-command.ts'

const maxBytes = 64 << 10

export interface CommandRun extends SpawnOptions {
  stdin?: string
  timeoutMs: number
  signal?: AbortSignal | undefined
}

/** What it printed (the last 64 KiB of each stream) and how it ended; undefined when it was killed because its time was up. Throws LabError target-unknown, or the signal's reason. */
export async function runCommand(
  cluster: Pick<Cluster, 'spawn'>,
  clock: Clock,
  target: Target,
  argv: string[],
  { stdin, timeoutMs, signal, ...options }: CommandRun,
): Promise<CommandOutput | undefined> {
  signal?.throwIfAborted()
  const running = await cluster.spawn(target, argv, options)
  const stdout = collectTail()
  const stderr = collectTail()
  running.onStdout((bytes) => {
    stdout.add(bytes)
    running.ack(bytes.length)
  })
  running.onStderr((bytes) => {
    stderr.add(bytes)
    running.ack(bytes.length)
  })
  let late = false
  const kill = () => running.kill('SIGKILL')
  const cancelTimer = clock.after(timeoutMs, () => {
    late = true
    kill()
  })
  signal?.addEventListener('abort', kill, { once: true })
  try {
    // The signal may have come while the process was being made.
    if (signal?.aborted) kill()
    if (stdin !== undefined) running.write(Buffer.from(stdin))
    running.end()
    const exitCode = await running.exited
    signal?.throwIfAborted()
    return late ? undefined : { exitCode, stdout: stdout.text(), stderr: stderr.text() }
  } finally {
    cancelTimer()
    signal?.removeEventListener('abort', kill)
  }
}

function collectTail() {
  let chunks: Buffer[] = []
  let length = 0
  return {
    add(bytes: Buffer) {
      chunks.push(Buffer.from(bytes))
      length += bytes.length
      if (length > 2 * maxBytes) {
        chunks = [Buffer.concat(chunks).subarray(-maxBytes)]
        length = maxBytes
      }
    },
    text: () => Buffer.concat(chunks).subarray(-maxBytes).toString('utf8'),
  }
}
