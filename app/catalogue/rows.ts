// Gathers the rows of the catalogue for one learner. Server only; used by the home page and the catalogue.
import type { Proof } from '../../labs/catalogue/proof-catalogue.ts'
import type { LoadedScenario } from '../../labs/catalogue/scenario-catalogue.ts'
import { type Locale, topics } from '../../labs/spec/names.ts'
import { lessonNumber, readCourses, readProofs, readScenarios } from '../server/library.ts'
import { type LearnerProgress, webServices } from '../server/web-services.ts'
import type { CatalogueRow } from './catalogue-row.ts'
import { proofMark } from './proof-mark.ts'

const levels = ['basic', 'medium', 'hard', 'expert']

/** By topic, as courses go; within one by lesson, level, time and title. */
export async function readRows(learner: string | undefined, locale: Locale): Promise<CatalogueRow[]> {
  const [courses, scenarios, proofs, progress] = await Promise.all([
    readCourses(locale),
    readScenarios(locale),
    readProofs(),
    webServices().progress(learner),
  ])
  const lessons = courses.flatMap((course) => course.lessons)
  const rows = scenarios.map((loaded) => {
    const lesson = lessons.find((each) => each.scenario === loaded.scenario.id)
    return toRow(loaded, lesson && { number: lessonNumber(lesson), slug: lesson.slug }, proofs, progress)
  })
  return rows.sort(
    (a, b) =>
      topics.indexOf(a.topic) - topics.indexOf(b.topic) ||
      (a.number ?? '9').localeCompare(b.number ?? '9', 'en', { numeric: true }) ||
      levels.indexOf(a.level) - levels.indexOf(b.level) ||
      a.minutes - b.minutes ||
      a.title.localeCompare(b.title, locale),
  )
}

function toRow(
  loaded: LoadedScenario,
  lesson: { number: string; slug: string } | undefined,
  proofs: readonly Proof[],
  progress: LearnerProgress,
): CatalogueRow {
  const { scenario, text, locale: language } = loaded
  const { id, topic, seedCase, level, minutes, runtimes } = scenario
  const mine = progress.scenarios.find((each) => each.scenarioId === id)
  const running = progress.running.find((lab) => lab.scenarioId === id)
  return {
    ...{ id, topic, seedCase, level, minutes, runtimes, language },
    number: lesson?.number,
    lesson: lesson?.slug,
    title: text.title,
    summary: text.summary,
    proofs: { embedded: proofMark(loaded, 'embedded', proofs), kind: proofMark(loaded, 'kind', proofs) },
    running: running && { state: running.state, createdAt: running.createdAt },
    solvedMs: mine?.solved?.ms,
    triedAt: mine?.lastAt,
  }
}
