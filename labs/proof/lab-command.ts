// One command in a lab, with what it printed. Used by transcript-run.ts and mutations/lab-objects.ts.
import type { LabClient } from '../labd/client.ts'
import { LabError } from '../spec/errors.ts'

export interface CommandResult {
  exitCode: number
  stdout: string
  /** stdout and stderr, as a terminal would have mixed them */
  output: string
}

/** Nothing of it is recorded as a learner's. Throws LabError timeout, target-unknown. */
export async function runInLab(client: LabClient, target: string, argv: string[], timeoutMs: number): Promise<CommandResult> {
  const chunks: { stream: 'stdout' | 'stderr'; bytes: Buffer }[] = []
  type Event = { execId: string } & ({ exitCode: number } | { stream: 'stdout' | 'stderr'; bytes: Buffer })
  let execId: string | undefined
  let timer: NodeJS.Timeout | undefined
  let settle: (exitCode: number) => void = () => {}
  // pushes may come in the same read as the reply that names the exec
  const early: Event[] = []
  const take = (event: Event) => {
    if (event.execId !== execId) return
    if ('exitCode' in event) return settle(event.exitCode)
    chunks.push(event)
    void client.request({ op: 'exec.ack', execId, bytes: event.bytes.length })
  }
  const stop = client.onPush((message, tail) => {
    if (message.op !== 'exec.out' && message.op !== 'exec.exit') return
    const event: Event =
      message.op === 'exec.exit'
        ? { execId: message.execId, exitCode: message.code }
        : { execId: message.execId, stream: message.stream, bytes: Buffer.from(tail) }
    if (execId === undefined) early.push(event)
    else take(event)
  })
  try {
    const done = new Promise<number>((resolve, reject) => {
      settle = resolve
      timer = setTimeout(() => reject(new LabError('timeout', `${target}: "${argv.at(-1)}" did not end within ${timeoutMs} ms`)), timeoutMs)
    })
    done.catch(() => undefined) // awaited below; a timeout while exec is being asked for must not be unhandled
    execId = (await client.request({ op: 'exec', target, argv, stdin: false, record: false })).execId
    for (const event of early) take(event)
    const exitCode = await done
    const textOf = (parts: typeof chunks) => Buffer.concat(parts.map(({ bytes }) => bytes)).toString('utf8')
    return { exitCode, stdout: textOf(chunks.filter(({ stream }) => stream === 'stdout')), output: textOf(chunks) }
  } finally {
    clearTimeout(timer)
    stop()
  }
}
