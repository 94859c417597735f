// Scenarios, courses and lessons as pages need them, read once per process. Server only.
import { join } from 'node:path'
import { cache } from 'react'
import { localiseDiagnosis, readDiagnosisFile } from '../../labs/catalogue/diagnosis.ts'
import { localiseGlossary, readGlossaryFile } from '../../labs/catalogue/glossary.ts'
import { type CompiledLesson, type CourseContent, compileLesson, listCourses } from '../../labs/catalogue/lesson-catalogue.ts'
import { type Proof, readProofs as readProofFolder } from '../../labs/catalogue/proof-catalogue.ts'
import { type LoadedScenario, loadCatalogue } from '../../labs/catalogue/scenario-catalogue.ts'
import type { DiagnosisTree } from '../../labs/spec/diagnosis.ts'
import type { GlossaryTerm } from '../../labs/spec/glossary.ts'
import type { LessonSummary } from '../../labs/spec/lesson.ts'
import type { Locale } from '../../labs/spec/names.ts'

const scenarioFolder = join(process.cwd(), 'labs/scenarios')
const contentFolder = join(process.cwd(), 'content')
const proofFolder = join(process.cwd(), 'docs/proofs')
const development = process.env.NODE_ENV === 'development'

/** Keeps the first answer for ever, except while authors edit: then for one request. */
function remembered<K, V>(read: (key: K) => Promise<V>): (key: K) => Promise<V> {
  if (development) return cache(read)
  const answers = new Map<K, Promise<V>>()
  return (key) => {
    let answer = answers.get(key)
    if (!answer) {
      answer = read(key)
      answers.set(key, answer)
      answer.catch(() => answers.delete(key)) // a failed read is tried again, and its error still reaches the page
    }
    return answer
  }
}

export const readScenarios = remembered((locale: Locale): Promise<LoadedScenario[]> => loadCatalogue(scenarioFolder, locale))
export const readCourses = remembered((locale: Locale): Promise<CourseContent[]> => listCourses(contentFolder, locale))
const readProofsIn = remembered(readProofFolder)
/** The published proofs, of each scenario and runtime the newest. */
export const readProofs = (): Promise<Proof[]> => readProofsIn(proofFolder)
export const readLesson = (slug: string, locale: Locale): Promise<CompiledLesson | undefined> => compileLesson(contentFolder, slug, locale)

export const readDiagnosis = remembered(async (locale: Locale): Promise<DiagnosisTree> => {
  const lessons = (await readCourses(locale)).flatMap((course) => course.lessons)
  return localiseDiagnosis(await readDiagnosisFile(contentFolder), locale, lessons)
})

export const readGlossary = remembered(async (locale: Locale): Promise<GlossaryTerm[]> => {
  const lessons = (await readCourses(locale)).flatMap((course) => course.lessons)
  return localiseGlossary(await readGlossaryFile(contentFolder), locale, lessons)
})

export async function readScenario(id: string, locale: Locale): Promise<LoadedScenario | undefined> {
  return (await readScenarios(locale)).find((loaded) => loaded.scenario.id === id)
}

/** `2.1` for a lesson, as courses count. */
export const lessonNumber = (lesson: LessonSummary): string => `${lesson.courseNumber}.${lesson.number}`

/** The lesson whose exercise a scenario is. */
export async function lessonOfScenario(id: string, locale: Locale): Promise<LessonSummary | undefined> {
  return (await readCourses(locale)).flatMap((course) => course.lessons).find((lesson) => lesson.scenario === id)
}
