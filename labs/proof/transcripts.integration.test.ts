// Every console block of every lesson, run in the lab its lesson names and compared with what the page prints. English only: that the other language
// prints the very same is what lesson-catalogue.test.ts asserts.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileLesson, listCourses } from '../catalogue/lesson-catalogue.ts'
import { installationRoot } from '../system/installation.ts'
import { runLesson } from './lesson-run.ts'
import { skipWhereItCannotRun } from './testing/prove-scenarios.ts'

const root = installationRoot()
const content = join(root, 'content')
const lessons = (await listCourses(content, 'en')).flatMap((course) => course.lessons)
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podwire-transcripts-'))
  process.env.PODWIRE_RUNTIME_DIR = join(folder, 'run')
  process.env.PODWIRE_STATE_DIR ??= join(tmpdir(), 'podwire-proof-logs')
})
afterAll(() => rm(folder, { recursive: true }))

describe('lessons print what really happens', () => {
  it('finds lessons to check', () => expect(lessons.length).toBeGreaterThan(0))

  it.concurrent.for(lessons)('$slug', { timeout: 120_000 }, async ({ slug, scenario }, context) => {
    await skipWhereItCannotRun(scenario, context)
    const lesson = await compileLesson(content, slug, 'en')
    const consoles = lesson?.consoles ?? []
    const scenariosFolder = join(root, 'labs/scenarios')
    const results = await runLesson({ scenario, consoles }, { scenariosFolder, signal: AbortSignal.timeout(110_000) })
    const lies = results
      .filter((r) => r.differences.length > 0)
      .map((r) => ({ line: r.line, on: r.on, command: r.command, differences: r.differences, output: r.output }))
    expect(lies).toEqual([])
    expect(results.length).toBeGreaterThanOrEqual(4)
  })
})
