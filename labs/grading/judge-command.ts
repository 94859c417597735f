// Judges what a command of the platform printed in a place of the lab. Pure. Called by observation.ts.
import type { z } from 'zod'
import type { commandProbe } from '../spec/probe.ts'
import { fail, pass, quoteText, type Verdict } from './verdict.ts'

export type CommandProbe = z.infer<typeof commandProbe>['command']
export interface CommandOutput {
  exitCode: number
  stdout: string
  stderr: string
}

const lastLine = (text: string) => text.trimEnd().split('\n').pop()?.trim() ?? ''

/** The last line a check prints is what the learner reads, as with the checks of other platforms; without one, the exit code. */
export function judgeCommand(probe: CommandProbe, output: CommandOutput, baseline?: string): Verdict {
  const line = lastLine(output.stdout) || lastLine(output.stderr)
  const seen = line ? quoteText(line, 200).slice(1, -1) : output.exitCode === 0 ? 'as wanted' : `ended with exit code ${output.exitCode}`
  if (output.exitCode !== probe.exit) return fail(seen)
  if (probe.stdoutMatches !== undefined && !new RegExp(probe.stdoutMatches).test(output.stdout)) return fail(seen)
  if (probe.unchanged && output.stdout !== baseline)
    return fail(describeChange(baseline ?? '', output.stdout), 'as it was while all was well')
  return pass(probe.unchanged ? 'as it was while all was well' : seen)
}

/** Which lines went and came, at most two of each. */
function describeChange(before: string, now: string): string {
  const old = before.split('\n').filter(Boolean)
  const current = now.split('\n').filter(Boolean)
  const gone = old.filter((line) => !current.includes(line))
  const added = current.filter((line) => !old.includes(line))
  const show = (word: string, lines: string[]) =>
    lines.length === 0
      ? []
      : [
          `${word} ${lines
            .slice(0, 2)
            .map((line) => quoteText(line, 120))
            .join(' and ')}${lines.length > 2 ? ` and ${lines.length - 2} more` : ''}`,
        ]
  return [...show('gone:', gone), ...show('new:', added)].join('; ') || 'the order changed'
}
