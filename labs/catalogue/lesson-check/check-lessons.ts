// Everything that can be said of lessons without running them: what keeps them from being shown, dead links, terms used too early, a language that lags
// behind. Called by scripts/lessons.
import { join } from 'node:path'
import { LabError } from '../../spec/errors.ts'
import { type Locale, locales } from '../../spec/scenario.ts'
import type { Finding } from '../authoring/lint.ts'
import { readGlossaryFile } from '../glossary.ts'
import { type LessonFolder, lessonFolders } from '../lesson-catalogue.ts'
import { suggest } from '../problem.ts'
import { scenarioIds } from '../scenario-catalogue.ts'
import { earlyTerms } from './early-terms.ts'
import { type LessonSource, readLessonSource } from './lesson-source.ts'
import { deadLinks } from './links.ts'
import { localeLag } from './locale-lag.ts'

export interface CheckedLesson {
  slug: string
  sources: Map<Locale, LessonSource>
  /** files are relative to the content folder; sorted by place */
  findings: Finding[]
}

/** In the order in which they are read. Without slugs: all. Throws LabError bad-request for a slug that no lesson has. */
export async function checkLessons(content: string, scenarios: string, slugs: readonly string[] = []): Promise<CheckedLesson[]> {
  const folders = await lessonFolders(content)
  const order = folders.map(({ slug }) => slug)
  const unknown = slugs.find((slug) => !order.includes(slug))
  if (unknown !== undefined) throw new LabError('bad-request', `There is no lesson "${unknown}".`, { hint: suggest(unknown, order) })
  const glossary = await readGlossaryFile(content)
  const ids = await scenarioIds(scenarios)
  // a link may lead to any lesson's headings, so all are read
  const sources = new Map<string, Map<Locale, LessonSource>>()
  for (const { slug, folder } of folders) sources.set(slug, await readAll(content, folder))

  const check = ({ slug, folder }: LessonFolder): CheckedLesson => {
    const written = sources.get(slug) ?? new Map<Locale, LessonSource>()
    const english = written.get('en')
    const findings = locales.flatMap((locale): Finding[] => {
      const lesson = written.get(locale)
      if (!lesson) return [missing(join(folder, `lesson.${locale}.mdx`), locale)]
      const targets = {
        ...{ scenarios: ids, terms: glossary.map(({ id }) => id), lessons: order },
        // a lesson that is not written in this language is shown in English
        anchors: (to: string) => (sources.get(to)?.get(locale) ?? sources.get(to)?.get('en'))?.anchors,
      }
      return [
        ...lesson.findings,
        ...unknownScenario(lesson, ids),
        ...deadLinks(lesson, slug, locale, targets),
        ...earlyTerms(lesson, slug, locale, glossary, order),
        ...(english && english !== lesson ? localeLag(lesson, english) : []),
      ]
    })
    return { slug, sources: written, findings: findings.sort(byPlace) }
  }
  return folders.filter(({ slug }) => slugs.length === 0 || slugs.includes(slug)).map(check)
}

const byPlace = (a: Finding, b: Finding) =>
  a.file.localeCompare(b.file) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)

async function readAll(content: string, folder: string): Promise<Map<Locale, LessonSource>> {
  const found = await Promise.all(locales.map(async (locale) => [locale, await readLessonSource(content, folder, locale)] as const))
  return new Map(found.flatMap(([locale, source]) => (source ? [[locale, source]] : [])))
}

const missing = (file: string, locale: Locale): Finding => ({
  ...{ level: 'warning', file, message: 'the file is missing' },
  mend: locale === 'en' ? 'Write it: every lesson exists in English.' : 'Readers of that language get English until you write it.',
})

function unknownScenario({ file, head }: LessonSource, ids: readonly string[]): Finding[] {
  if (!head || ids.includes(head.scenario)) return []
  const message = `there is no scenario "${head.scenario}"`
  return [{ level: 'error', file, line: 1, column: 1, message, mend: suggest(head.scenario, ids) }]
}
