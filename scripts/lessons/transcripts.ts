// Runs a lesson's transcripts, and makes of what they print now a patch for the lesson's files in all languages.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Finding } from '../../labs/catalogue/authoring/lint.ts'
import { acceptOutput, lineOfCommand, replaceOutput } from '../../labs/catalogue/lesson-check/accept-output.ts'
import type { CheckedLesson } from '../../labs/catalogue/lesson-check/check-lessons.ts'
import type { LessonSource } from '../../labs/catalogue/lesson-check/lesson-source.ts'
import { runLesson } from '../../labs/proof/lesson-run.ts'
import { whyItCannotRun } from '../../labs/proof/runnable.ts'
import type { TranscriptResult } from '../../labs/proof/transcript-run.ts'
import { LabError } from '../../labs/spec/errors.ts'
import { runCommand } from '../../labs/system/command.ts'

export interface CheckedTranscripts {
  findings: Finding[]
  /** a unified diff that `git apply` takes; empty when there is nothing to accept */
  patch: string
  /** files that hold the new output now, relative to the content folder */
  written: string[]
  /** why nothing was run */
  notRun?: string
}

const lessonMs = 110_000

export async function checkTranscripts(
  content: string,
  scenarios: string,
  { sources, findings: known }: CheckedLesson,
  { write, signal }: { write: boolean; signal: AbortSignal },
): Promise<CheckedTranscripts> {
  const nothing = { findings: [], patch: '', written: [] }
  const english = sources.get('en')
  if (!english?.head) return { ...nothing, notRun: 'it cannot be read in English.' }
  if (known.some(({ level }) => level === 'error')) return { ...nothing, notRun: 'mend its errors first.' }
  const { scenario } = english.head
  const reason = await whyItCannotRun(scenario, scenarios)
  if (reason) return { ...nothing, notRun: reason }
  const results = await runLesson(
    { scenario, consoles: english.consoles },
    { scenariosFolder: scenarios, signal: AbortSignal.any([signal, AbortSignal.timeout(lessonMs)]) },
  )
  const different = results.filter(({ differences }) => differences.length > 0)
  if (different.length === 0) return nothing

  const text = await readFile(join(content, english.file), 'utf8')
  const changes = await Promise.all([...sources.values()].map((source) => changeOf(content, source, english, different)))
  const changed = changes.filter(({ before, after }) => before !== after)
  if (write) for (const { file, after } of changed) await writeFile(join(content, file), after)
  const inEnglish = changes.find(({ file }) => file === english.file)
  const held = (result: TranscriptResult) => write && !inEnglish?.refused.includes(result)
  return {
    findings: different.filter((result) => !held(result)).map((result) => findingOf(english.file, text, result)),
    patch: write ? '' : (await Promise.all(changed.map((change) => diffOf(change, content)))).join('\n'),
    written: write ? changed.map(({ file }) => file) : [],
  }
}

function findingOf(file: string, text: string, { on, command, line, index, output, differences }: TranscriptResult): Finding {
  const [first] = differences
  const show = (shown: string | undefined) => (shown === undefined ? 'nothing' : `“${shown.trim()}”`)
  const seen = `line ${first?.line} of its output is ${show(first?.real)}, the lesson prints ${show(first?.printed)}`
  return {
    ...{ level: 'error', file, line: lineOfCommand(text, line, index), column: 1 },
    message: `“${command.split('\n')[0]}” on ${on}: ${seen}`,
    mend: /^\s*(\$ |```)/m.test(output)
      ? 'A console block cannot hold this output: print less of it.'
      : 'Mend the lesson, or accept the new output: apply the patch, or run this again with --write.',
  }
}

/** The file with every new output in it. From the last command up, so that the lines above stay where they are. */
async function changeOf(content: string, source: LessonSource, english: LessonSource, different: readonly TranscriptResult[]) {
  const { file } = source
  const before = await readFile(join(content, file), 'utf8')
  const refused: TranscriptResult[] = []
  let after = before
  for (const result of [...different].reverse()) {
    const block = source.consoles[english.consoles.findIndex(({ line }) => line === result.line)]
    const here = block?.commands[result.index]
    const replaced =
      here?.command === result.command
        ? replaceOutput(after, block?.line ?? 0, result.index, acceptOutput(here.output, result.output))
        : undefined
    if (replaced === undefined) refused.push(result)
    after = replaced ?? after
  }
  return { file, before, after, refused }
}

async function diffOf({ file, after }: { file: string; after: string }, content: string): Promise<string> {
  const lines: string[] = []
  const labels = ['a', 'b'].flatMap((side) => ['--label', join(side, 'content', file)])
  try {
    await runCommand(['diff', '-u', ...labels, join(content, file), '-'], { input: after, onLine: (line) => lines.push(line) })
  } catch (error) {
    // 1: they differ
    if (!(error instanceof LabError) || (error.cause as { exitCode?: number } | undefined)?.exitCode !== 1) throw error
  }
  return lines.join('\n')
}
