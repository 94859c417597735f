// Links of a lesson that lead nowhere. Addresses of other sites are read and not called. Used by check-lessons.ts.
import { visit } from 'unist-util-visit'
import { type Locale, locales } from '../../spec/scenario.ts'
import type { Finding } from '../authoring/lint.ts'
import { suggest } from '../problem.ts'
import { asElement, type LessonSource, type Place } from './lesson-source.ts'

export interface LinkTargets {
  scenarios: readonly string[]
  terms: readonly string[]
  /** ids of a lesson's headings by its slug; undefined for a lesson that there is not */
  anchors(slug: string): readonly string[] | undefined
  lessons: readonly string[]
}

export interface LessonLink extends Place {
  url: string
}

/** Pages with nothing behind them. */
const pages = ['', 'labs', 'glossary', 'diagnosis', 'instructors', 'progress']

export function linksOf({ tree }: LessonSource): LessonLink[] {
  const links: LessonLink[] = []
  visit(tree, (node) => {
    const { line = 1, column = 1 } = node.position?.start ?? {}
    if (node.type === 'link' || node.type === 'definition' || node.type === 'image') links.push({ url: node.url, line, column })
    for (const { name, value } of asElement(node)?.attributes ?? [])
      if ((name === 'href' || name === 'src') && typeof value === 'string') links.push({ url: value, line, column })
  })
  return links
}

/** Where the link leads within Podwire, without its language: `lessons/wire` and `#whose`. undefined: to another site, or nowhere at all. */
export function targetOf(url: string, slug: string, locale: Locale): { path: string; hash: string } | undefined {
  const here = new URL(`http://podwire.invalid/${locale}/lessons/${slug}`)
  if (!URL.canParse(url, here)) return undefined
  const to = new URL(url, here)
  if (to.origin !== here.origin) return undefined
  const [first = '', ...rest] = to.pathname.slice(1).split('/')
  const spoken = (locales as readonly string[]).includes(first) ? rest : [first, ...rest]
  return { path: spoken.join('/').replace(/\/$/, ''), hash: decodeURIComponent(to.hash.slice(1)) }
}

export function deadLinks(lesson: LessonSource, slug: string, locale: Locale, targets: LinkTargets): Finding[] {
  return linksOf(lesson).flatMap(({ url, line, column }): Finding[] => {
    const mend = mendOf(url, slug, locale, targets)
    return mend === undefined ? [] : [{ level: 'error', file: lesson.file, line, column, message: `the link ${url} leads nowhere`, mend }]
  })
}

function mendOf(url: string, slug: string, locale: Locale, { scenarios, terms, anchors, lessons }: LinkTargets): string | undefined {
  if (!URL.canParse(url, 'http://podwire.invalid')) return 'Write an address that a browser can read.'
  const target = targetOf(url, slug, locale)
  if (!target) return undefined
  const { path, hash } = target
  const [room = '', name, ...more] = path.split('/')
  if (room === 'lessons' && name && more.length === 0) {
    const ids = anchors(name)
    if (!ids) return suggest(name, lessons)
    return hash === '' || ids.includes(hash) ? undefined : `The lesson has no such heading. ${suggest(hash, ids)}`
  }
  if (room === 'labs' && name && more.length === 0) return scenarios.includes(name) ? undefined : suggest(name, scenarios)
  if (path === 'glossary' && hash !== '') return terms.includes(hash) ? undefined : suggest(hash, terms)
  return pages.includes(path) ? undefined : 'Another lesson is a link to its slug, a lab to ../labs/<id>, a term to ../glossary#<id>.'
}
