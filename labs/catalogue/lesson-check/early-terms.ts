// Terms that a lesson uses before the lesson that introduces them. Used by check-lessons.ts.
import type { GlossaryFile } from '../../spec/glossary.ts'
import type { Locale } from '../../spec/scenario.ts'
import type { Finding } from '../authoring/lint.ts'
import { remarkTerms } from '../remark-terms.ts'
import type { LessonSource } from './lesson-source.ts'
import { linksOf, targetOf } from './links.ts'

/**
 * Looks where the page would put a card: not in code, headings, tables and links. A lesson that points ahead says so with a link to the lesson that
 * introduces the term; from there on it may use it. `order`: slugs as they are read; a term whose lesson is not among them has no place yet.
 */
export function earlyTerms(
  lesson: LessonSource,
  slug: string,
  locale: Locale,
  glossary: GlossaryFile,
  order: readonly string[],
): Finding[] {
  const linked = linksOf(lesson).map((link) => ({ ...link, path: targetOf(link.url, slug, locale)?.path }))
  const findings: Finding[] = []
  remarkTerms({
    terms: glossary.map(({ id, [locale]: { term, also, says } }) => ({ id, term, also, says })),
    locale,
    onTerm({ id, term }, text, index) {
      const introducedBy = glossary.find((entry) => entry.id === id)?.lesson ?? slug
      if (order.indexOf(introducedBy) <= order.indexOf(slug)) return
      const before = text.value.slice(0, index).split('\n')
      const { line = 1, column = 1 } = text.position?.start ?? {}
      const place = { line: line + before.length - 1, column: (before.length === 1 ? column : 1) + (before.at(-1) as string).length }
      const isLinked = ({ path, ...at }: (typeof linked)[number]) =>
        path === `lessons/${introducedBy}` && (at.line < place.line || (at.line === place.line && at.column < place.column))
      if (linked.some(isLinked)) return
      findings.push({
        ...{ level: 'warning', file: lesson.file, ...place },
        message: `“${term}” is used before ${introducedBy}, the lesson that introduces it`,
        mend: `Say it without the word, or point ahead with a link: [${term}](${introducedBy}).`,
      })
    },
  })(structuredClone(lesson.tree))
  return findings
}
