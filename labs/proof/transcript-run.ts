// Runs a lesson's console blocks in its healthy lab, in order, and compares what they print with what the page prints. A lesson cannot lie.
import { compareTranscript, type TranscriptDifference } from '../catalogue/transcript.ts'
import type { LabClient } from '../labd/client.ts'
import { LabError } from '../spec/errors.ts'
import type { ConsoleBlock } from '../spec/lesson.ts'

export interface TranscriptResult {
  on: string
  command: string
  /** line of the fence in the lesson's file */
  line: number
  /** stdout and stderr, as a terminal would have mixed them */
  output: string
  differences: TranscriptDifference[]
}

/** One command in the lab; output of both streams and the exit code, which a transcript does not show. */
async function runCommand(client: LabClient, target: string, command: string, timeoutMs: number): Promise<string> {
  const chunks: Buffer[] = []
  let execId: string | undefined
  let timer: NodeJS.Timeout | undefined
  // pushes may come in the same read as the reply that names the exec
  const early: { execId: string; end: boolean; bytes: Buffer }[] = []
  let settle: (() => void) | undefined
  const take = (push: { execId: string; end: boolean; bytes: Buffer }) => {
    if (push.execId !== execId) return
    if (push.end) settle?.()
    else {
      chunks.push(push.bytes)
      void client.request({ op: 'exec.ack', execId, bytes: push.bytes.length })
    }
  }
  const stop = client.onPush((message, tail) => {
    if (message.op !== 'exec.out' && message.op !== 'exec.exit') return
    const push = { execId: message.execId, end: message.op === 'exec.exit', bytes: Buffer.from(tail) }
    if (execId === undefined) early.push(push)
    else take(push)
  })
  try {
    const done = new Promise<void>((resolve, reject) => {
      settle = resolve
      timer = setTimeout(() => reject(new LabError('timeout', `${target}: "${command}" did not end within ${timeoutMs} ms`)), timeoutMs)
    })
    done.catch(() => undefined) // awaited below; a timeout while exec is being asked for must not be unhandled
    execId = (await client.request({ op: 'exec', target, argv: ['bash', '-lc', command], stdin: false, record: false })).execId
    for (const push of early) take(push)
    await done
    return Buffer.concat(chunks).toString('utf8')
  } finally {
    clearTimeout(timer)
    stop()
  }
}

/** Runs every block that is not static, in order: later commands see what earlier ones changed. */
export async function runTranscripts(client: LabClient, blocks: readonly ConsoleBlock[], timeoutMs = 15_000): Promise<TranscriptResult[]> {
  const results: TranscriptResult[] = []
  for (const block of blocks.filter((b) => !b.static)) {
    for (const { command, output: printed } of block.commands) {
      const output = await runCommand(client, block.on, command, timeoutMs)
      results.push({ on: block.on, command, line: block.line, output, differences: compareTranscript(printed, output) })
    }
  }
  return results
}
