// Judges what a command of the platform printed in a place of the lab. Pure. Called by observation.ts.
import type { z } from 'zod'
import type { commandProbe } from '../spec/probe.ts'
import { fail, pass, quoteText, type Verdict } from './verdict.ts'
import { judgeWords, type Words } from './words.ts'

export type CommandProbe = z.infer<typeof commandProbe>['command']
export interface CommandOutput {
  exitCode: number
  stdout: string
  stderr: string
}

const lastLine = (text: string) => text.trimEnd().split('\n').pop()?.trim() ?? ''

/** The last line a check prints is what the learner reads, as with the checks of other platforms; without one, the exit code. */
export function judgeCommand(probe: CommandProbe, output: CommandOutput, baseline?: string, words: Words = judgeWords.en): Verdict {
  const line = lastLine(output.stdout) || lastLine(output.stderr)
  const seen = line ? quoteText(line, 200).slice(1, -1) : output.exitCode === 0 ? words.asWanted : words.exitCode(output.exitCode)
  if (output.exitCode !== probe.exit) return fail(seen)
  if (probe.stdoutMatches !== undefined && !new RegExp(probe.stdoutMatches).test(output.stdout)) return fail(seen)
  if (probe.unchanged && output.stdout !== baseline) return fail(describeChange(baseline ?? '', output.stdout, words), words.asBefore)
  return pass(probe.unchanged ? words.asBefore : seen)
}

/** Which lines went and came, at most two of each. */
function describeChange(before: string, now: string, words: Words): string {
  const old = before.split('\n').filter(Boolean)
  const current = now.split('\n').filter(Boolean)
  const gone = old.filter((line) => !current.includes(line))
  const added = current.filter((line) => !old.includes(line))
  const show = (say: (lines: string) => string, lines: string[]) =>
    lines.length === 0
      ? []
      : [
          say(
            words.lines(
              lines.slice(0, 2).map((line) => quoteText(line, 120)),
              lines.length - 2,
            ),
          ),
        ]
  return [...show(words.gone, gone), ...show(words.added, added)].join(words.semicolon) || words.orderChanged
}
