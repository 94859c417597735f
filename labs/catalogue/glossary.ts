// Reads and checks content/glossary.yaml, and gives pages its terms in one language.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GlossaryFile, type GlossaryTerm, glossaryFile } from '../spec/glossary.ts'
import type { LessonSummary } from '../spec/lesson.ts'
import type { Locale } from '../spec/scenario.ts'
import { scenarioInvalid } from './problem.ts'
import { schemaProblems } from './schema-problems.ts'
import { formatPath, parseYamlFile } from './yaml-file.ts'

/** Throws LabError scenario-invalid with every problem and its line. */
export async function readGlossaryFile(contentFolder: string): Promise<GlossaryFile> {
  const yaml = parseYamlFile('glossary.yaml', await readFile(join(contentFolder, 'glossary.yaml'), 'utf8'))
  if (yaml.problems.length > 0) throw scenarioInvalid('content', yaml.problems)
  const { data, error } = glossaryFile.safeParse(yaml.value)
  if (!data) throw scenarioInvalid('content', schemaProblems(yaml, glossaryFile, error.issues))
  const taken = new Set<string>()
  for (const [i, { id }] of data.entries()) {
    const path = [i, 'id']
    if (taken.has(id))
      throw scenarioInvalid('content', [
        { file: yaml.name, ...yaml.positionOf(path), path: formatPath(path), message: `a second ${id}`, mend: 'Take one of them away.' },
      ])
    taken.add(id)
  }
  return data
}

/** In the order of a dictionary of that language. A term names its lesson only when that lesson is among those that are written. */
export function localiseGlossary(file: GlossaryFile, locale: Locale, lessons: readonly LessonSummary[]): GlossaryTerm[] {
  const collator = new Intl.Collator(locale)
  return file
    .map(({ id, lesson: slug, [locale]: { term, also, says } }) => {
      const found = lessons.find((lesson) => lesson.slug === slug)
      return {
        id,
        term,
        also,
        says,
        ...(found && { lesson: { slug, number: `${found.courseNumber}.${found.number}`, title: found.title } }),
      }
    })
    .sort((a, b) => collator.compare(a.term, b.term))
}
