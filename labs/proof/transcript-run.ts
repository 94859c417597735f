// Runs a lesson's console blocks in its healthy lab, in order, and compares what they print with what the page prints. A lesson cannot lie.
import { setTimeout as delay } from 'node:timers/promises'
import { compareTranscript, type TranscriptDifference } from '../catalogue/transcript.ts'
import type { LabClient } from '../labd/client.ts'
import type { ConsoleBlock } from '../spec/lesson.ts'
import { runInLab } from './lab-command.ts'

export interface TranscriptResult {
  on: string
  command: string
  /** line of the fence in the lesson's file */
  line: number
  /** which command of its block */
  index: number
  /** stdout and stderr, as a terminal would have mixed them */
  output: string
  differences: TranscriptDifference[]
}

/** A reader takes seconds from one command to the next; a cluster takes some of them to do what it was told. */
const readerMs = 3_000
const againMs = 300

/** Runs every block that is not static, in order: later commands see what earlier ones changed. */
export async function runTranscripts(client: LabClient, blocks: readonly ConsoleBlock[], timeoutMs = 15_000): Promise<TranscriptResult[]> {
  const results: TranscriptResult[] = []
  for (const block of blocks.filter((b) => !b.static)) {
    for (const [index, { command, output: printed }] of block.commands.entries()) {
      const since = performance.now()
      const run = async () => {
        const { output } = await runInLab(client, block.on, ['bash', '-lc', command], timeoutMs)
        return { output, differences: compareTranscript(printed, output) }
      }
      let seen = await run()
      while (seen.differences.length > 0 && onlyLooks(command) && performance.now() - since < readerMs) {
        await delay(againMs)
        seen = await run()
      }
      results.push({ on: block.on, command, line: block.line, index, ...seen })
    }
  }
  return results
}

const changes = [
  /\bkubectl\b.*\s(annotate|apply|autoscale|cordon|create|delete|drain|edit|expose|label|patch|replace|rollout|run|scale|set|taint|uncordon)\b/,
  /\b(ip|bridge|tc)\b.*\s(add|append|change|del|delete|flush|replace|set)\b/,
  /\b(iptables|ip6tables|nft|ipset|sysctl|conntrack|bpftool|ethtool)\b.*\s(-w|-[ADFINPRUXZ]|--(delete|flush|insert|append|policy)|add|delete|destroy|flush|insert|attach|detach|update|load)\b/,
  /\b(kill|rm|mv|cp|mkdir|touch|tee|sed -i|systemctl)\b/,
  /[^0-9&<>]>\s*[^&\s/]/,
]

/** Whether a command may be run once more: it changes nothing that a later one could see. */
export const onlyLooks = (command: string): boolean => !changes.some((pattern) => pattern.test(command))
