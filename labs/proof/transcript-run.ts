// Runs a lesson's console blocks in its healthy lab, in order, and compares what they print with what the page prints. A lesson cannot lie.
import { compareTranscript, type TranscriptDifference } from '../catalogue/transcript.ts'
import type { LabClient } from '../labd/client.ts'
import type { ConsoleBlock } from '../spec/lesson.ts'
import { runInLab } from './lab-command.ts'

export interface TranscriptResult {
  on: string
  command: string
  /** line of the fence in the lesson's file */
  line: number
  /** stdout and stderr, as a terminal would have mixed them */
  output: string
  differences: TranscriptDifference[]
}

/** Runs every block that is not static, in order: later commands see what earlier ones changed. */
export async function runTranscripts(client: LabClient, blocks: readonly ConsoleBlock[], timeoutMs = 15_000): Promise<TranscriptResult[]> {
  const results: TranscriptResult[] = []
  for (const block of blocks.filter((b) => !b.static)) {
    for (const { command, output: printed } of block.commands) {
      const { output } = await runInLab(client, block.on, ['bash', '-lc', command], timeoutMs)
      results.push({ on: block.on, command, line: block.line, output, differences: compareTranscript(printed, output) })
    }
  }
  return results
}
