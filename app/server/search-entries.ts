// Gathers what the search looks through: sections of lessons, labs, terms. Server only. Of a lab it has what everybody sees before starting it.

import type { Locale } from '../../labs/spec/names.ts'
import { fillKnown, writtenAddresses } from '../../labs/spec/placeholder.ts'
import type { SearchEntry } from '../../labs/spec/search.ts'
import { lessonNumber, readCourses, readGlossary, readLesson, readScenarios } from './library.ts'

/** Marks of Markdown are not for reading. */
const plain = (text: string) => text.replace(/[`*]/g, '').replace(/\s+/g, ' ').trim()

async function lessonEntries(slug: string, locale: Locale): Promise<SearchEntry[]> {
  const lesson = await readLesson(slug, locale)
  if (!lesson) return []
  const { summary, sections } = lesson
  const title = `${lessonNumber(summary)} ${summary.title}`
  return sections.map(({ id, heading, text }) =>
    id && heading
      ? { kind: 'lesson', title, heading, href: `/lessons/${slug}#${id}`, text }
      : { kind: 'lesson', title, href: `/lessons/${slug}`, text: `${summary.lede} ${text}` },
  )
}

export async function readSearchEntries(locale: Locale): Promise<SearchEntry[]> {
  const [courses, scenarios, terms] = await Promise.all([readCourses(locale), readScenarios(locale), readGlossary(locale)])
  const entries: SearchEntry[] = []
  // one after the other: each is compiled
  for (const { slug } of courses.flatMap((course) => course.lessons)) entries.push(...(await lessonEntries(slug, locale)))
  for (const { scenario, text } of scenarios) {
    const ticket = fillKnown(text.ticket.body, writtenAddresses(scenario.hosts))
    entries.push({ kind: 'lab', title: text.title, href: `/labs/${scenario.id}`, text: plain(`${text.summary} ${ticket}`) })
  }
  for (const { id, term, also, says } of terms)
    entries.push({ kind: 'term', title: term, also, href: `/glossary#${id}`, text: plain(says) })
  return entries
}
