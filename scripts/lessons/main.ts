// `npm run lessons -- check [slug…] [--no-run] [--write]`: what is wrong with lessons, where, and how to mend it.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Finding } from '../../labs/catalogue/authoring/lint.ts'
import { checkLessons } from '../../labs/catalogue/lesson-check/check-lessons.ts'
import { formatProblem } from '../../labs/catalogue/problem.ts'
import { exitCodeOf, formatError } from '../../labs/cli/output.ts'
import { Interrupted, stoppable } from '../../labs/cli/signals.ts'
import { LabError } from '../../labs/spec/errors.ts'
import { installationRoot } from '../../labs/system/installation.ts'
import { checkTranscripts } from './transcripts.ts'

const usage = `Usage: npm run lessons -- check [slug…] [--no-run] [--write]

  --no-run   leave the transcripts out: no lab is started
  --write    put the new output of transcripts that differ into the lessons of all languages`

const content = join(installationRoot(), 'content')
const scenarios = join(installationRoot(), 'labs/scenarios')
const say = (text: string) => process.stdout.write(`${text}\n`)

async function check(slugs: string[], { run, write }: { run: boolean; write: boolean }, signal: AbortSignal): Promise<number> {
  const lessons = await checkLessons(content, scenarios, slugs)
  const all: Finding[] = []
  const tell = (findings: readonly Finding[]) => {
    all.push(...findings)
    for (const finding of findings) say(`${finding.level}: ${formatProblem({ ...finding, file: join('content', finding.file) })}`)
  }
  for (const lesson of lessons) {
    tell(lesson.findings)
    if (!run) continue
    const { findings, patch, written, notRun } = await checkTranscripts(content, scenarios, lesson, { write, signal })
    tell(findings)
    if (notRun) say(`note: ${lesson.slug} was not run: ${notRun}`)
    if (patch) say(patch)
    for (const file of written) say(`written: ${join('content', file)}`)
  }
  const count = (n: number, thing: string) => `${n} ${thing}${n === 1 ? '' : 's'}`
  const found = (level: string) => count(all.filter((finding) => finding.level === level).length, level)
  say(`${count(lessons.length, 'lesson')}, ${found('error')}, ${found('warning')}${run ? '' : '; transcripts were not run'}.`)
  return all.length
}

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { 'no-run': { type: 'boolean', default: false }, write: { type: 'boolean', default: false }, help: { type: 'boolean' } },
  })
  const [word, ...slugs] = positionals
  if (values.help) say(usage)
  else if (word !== 'check') throw new LabError('bad-request', usage)
  else if (values['no-run'] && values.write)
    throw new LabError('bad-request', '--write writes what was run, and --no-run runs nothing.', { hint: 'Leave one of them out.' })
  else if ((await stoppable((signal) => check(slugs, { run: !values['no-run'], write: values.write }, signal))) > 0) process.exitCode = 1
} catch (error) {
  const wrongFlag = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')
  if (error instanceof Interrupted) process.exitCode = error.exitCode
  else {
    process.stderr.write(wrongFlag ? `${(error as Error).message}\n${usage}\n` : formatError(error, false))
    process.exitCode = wrongFlag ? 2 : exitCodeOf(error)
  }
}
