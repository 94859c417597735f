// Reads and checks content/diagnosis.yaml, and gives pages the tree in one language, without what only tests may know.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DiagnosisFile, type DiagnosisTree, diagnosisFile } from '../spec/diagnosis.ts'
import type { LessonSummary } from '../spec/lesson.ts'
import type { Locale } from '../spec/scenario.ts'
import { scenarioInvalid, suggest } from './problem.ts'
import { schemaProblems } from './schema-problems.ts'
import { type FieldPath, formatPath, parseYamlFile } from './yaml-file.ts'

interface Fault {
  path: FieldPath
  message: string
  mend: string
}

/** Answers that lead nowhere or back, and questions and causes that no answer leads to. */
export function brokenPaths(file: DiagnosisFile): Fault[] {
  const faults: Fault[] = []
  const reached = new Set<string>()
  const visit = (key: string, before: readonly string[]) => {
    reached.add(key)
    for (const [i, { to }] of (file.questions[key]?.answers ?? []).entries()) {
      const path = ['questions', key, 'answers', i, 'to']
      const asked = [...before, key]
      if (!(to in file.questions) && !(to in file.causes))
        faults.push({
          path,
          message: `no question or cause ${to}`,
          mend: suggest(to, [...Object.keys(file.questions), ...Object.keys(file.causes)]),
        })
      else if (asked.includes(to)) faults.push({ path, message: `leads back to ${to}`, mend: 'Lead to a question that was not asked yet.' })
      else if (!reached.has(to)) visit(to, asked)
    }
  }
  visit(file.start, [])
  for (const part of ['questions', 'causes'] as const)
    for (const key of Object.keys(file[part]))
      if (!reached.has(key)) faults.push({ path: [part, key], message: 'no answer leads here', mend: 'Lead to it, or take it away.' })
  return faults
}

/** The whole file, for tests too. Throws LabError scenario-invalid with every problem and its line. */
export async function readDiagnosisFile(contentFolder: string): Promise<DiagnosisFile> {
  const yaml = parseYamlFile('diagnosis.yaml', await readFile(join(contentFolder, 'diagnosis.yaml'), 'utf8'))
  if (yaml.problems.length > 0) throw scenarioInvalid('content', yaml.problems)
  const { data, error } = diagnosisFile.safeParse(yaml.value)
  if (!data) throw scenarioInvalid('content', schemaProblems(yaml, diagnosisFile, error.issues))
  const faults = brokenPaths(data)
  if (faults.length > 0)
    throw scenarioInvalid(
      'content',
      faults.map(({ path, ...fault }) => ({ file: yaml.name, ...yaml.positionOf(path), path: formatPath(path), ...fault })),
    )
  return data
}

/** The tree in one language; a cause names its lesson only when that lesson is among those that are written. */
export function localiseDiagnosis(file: DiagnosisFile, locale: Locale, lessons: readonly LessonSummary[]): DiagnosisTree {
  const mapped = <V, W>(of: Record<string, V>, change: (value: V) => W) =>
    Object.fromEntries(Object.entries(of).map(([key, value]) => [key, change(value)]))
  return {
    method: file.method.map((step) => step[locale]),
    words: mapped(file.words, (word) => word[locale]),
    start: file.start,
    questions: mapped(file.questions, ({ ask, at, run, answers }) => ({
      ask: ask[locale],
      at,
      run,
      answers: answers.map(({ says, ...answer }) => ({ ...answer, says: says[locale] })),
    })),
    causes: mapped(file.causes, ({ says, lesson: slug }) => {
      const found = lessons.find((lesson) => lesson.slug === slug)
      return { says: says[locale], ...(found && { lesson: { slug, number: `${found.courseNumber}.${found.number}`, title: found.title } }) }
    }),
  }
}
