// A transcript that no longer matches: where it stands, and its new output accepted in both languages, as a patch and by --write. In a real lab.
import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkLessons } from '../../labs/catalogue/lesson-check/check-lessons.ts'
import { installationRoot } from '../../labs/system/installation.ts'
import { checkTranscripts } from './transcripts.ts'

const root = installationRoot()
const scenarios = join(root, 'labs/scenarios')
const wire = 'courses/network-model/02-wire'
const files = ['lesson.en.mdx', 'lesson.zh-CN.mdx']
let folder: string
let content: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podwire-lessons-'))
  content = join(folder, 'content')
  process.env.PODWIRE_RUNTIME_DIR = join(folder, 'run')
  for (const part of ['glossary.yaml', wire, 'courses/network-model/course.yaml'])
    await cp(join(root, 'content', part), join(content, part), { recursive: true })
})
afterAll(() => rm(folder, { recursive: true }))

const read = () => Promise.all(files.map((file) => readFile(join(content, wire, file), 'utf8')))

/** Two lines of one output, and a line too many in another. */
async function spoil(): Promise<void> {
  for (const file of files) {
    const path = join(content, wire, file)
    const whole = await readFile(path, 'utf8')
    const spoiled = whole
      .replaceAll('veth<any>@if2 UP 10.244.1.1/32', 'veth<any>@if2 DOWN 10.244.9.9/32')
      .replace('web-<any>\n$ ip neigh', 'web-<any>\nand no more\n$ ip neigh')
    expect(spoiled.length).toBeGreaterThan(whole.length)
    await writeFile(path, spoiled)
  }
}

async function check(write: boolean) {
  const [lesson] = await checkLessons(content, scenarios, ['wire'])
  if (!lesson) throw new Error('no lesson')
  expect(lesson.findings).toEqual([])
  return checkTranscripts(content, scenarios, lesson, { write, signal: AbortSignal.timeout(100_000) })
}

it('names the command’s line, and its patch or --write brings back what was there, placeholders included', {
  timeout: 240_000,
}, async () => {
  const whole = await read()
  await spoil()
  const spoiled = await read()

  const shown = await check(false)
  const lineOf = (command: string) => (spoiled[0] ?? '').split('\n').indexOf(`$ ${command}`) + 1
  expect(shown.findings).toMatchObject([
    {
      level: 'error',
      file: `${wire}/lesson.en.mdx`,
      line: lineOf('ip -br addr | grep ^veth'),
      message: expect.stringContaining('10.244.9.9'),
    },
    { line: lineOf('curl -s http://web/hostname; echo'), message: expect.stringContaining('is nothing, the lesson prints “and no more”') },
  ])
  expect(shown.written).toEqual([])
  expect(await read()).toEqual(spoiled)
  execFileSync('git', ['apply', '-'], { cwd: folder, input: `${shown.patch}\n` })
  expect(await read()).toEqual(whole)

  await spoil()
  const accepted = await check(true)
  expect(accepted).toMatchObject({ findings: [], patch: '', written: files.map((file) => `${wire}/${file}`) })
  expect(await read()).toEqual(whole)
})
