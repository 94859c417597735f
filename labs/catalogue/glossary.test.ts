// The glossary against the lessons: every term is in the lesson that introduces it, in both languages, and others point to it.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Link, Paragraph, Root } from 'mdast'
import { describe, expect, it } from 'vitest'
import type { GlossaryTerm } from '../spec/glossary.ts'
import { locales } from '../spec/scenario.ts'
import { localiseGlossary, readGlossaryFile } from './glossary.ts'
import { compileLesson, listCourses } from './lesson-catalogue.ts'
import { remarkTerms } from './remark-terms.ts'

const content = join(import.meta.dirname, '../../content')
const file = await readGlossaryFile(content)

describe.each(locales)('the glossary in %s', (locale) => {
  it('names each form once', () => {
    const forms = file.flatMap(({ [locale]: { term, also } }) => [term, ...also])
    expect(forms.filter((form, i) => forms.indexOf(form) !== i)).toEqual([])
  })

  it('has a term in the lesson that introduces it', async () => {
    const lessons = (await listCourses(content, locale)).flatMap((course) => course.lessons).filter((lesson) => lesson.locale === locale)
    const missing: string[] = []
    for (const { lesson, number, course, slug } of file.flatMap(({ lesson, ...rest }) =>
      lessons.filter((l) => l.slug === lesson).map((l) => ({ ...l, lesson: rest[locale] })),
    )) {
      const folder = join(content, 'courses', course, `${String(number).padStart(2, '0')}-${slug}`)
      const text = (await readFile(join(folder, `lesson.${locale}.mdx`), 'utf8')).toLowerCase()
      if (![lesson.term, ...lesson.also].some((form) => text.includes(form.toLowerCase()))) missing.push(`${slug}: ${lesson.term}`)
    }
    expect(missing).toEqual([])
  })
})

it('a term names its lesson when that is written, and no other', async () => {
  const lessons = (await listCourses(content, 'en')).flatMap((course) => course.lessons)
  const terms = localiseGlossary(file, 'en', lessons)
  expect(terms.find(({ id }) => id === 'veth-pair')?.lesson).toEqual({ slug: 'wire', number: '1.2', title: expect.any(String) })
  expect(localiseGlossary(file, 'en', []).some(({ lesson }) => lesson)).toBe(false)
})

it('a lesson links terms of other lessons, and none of its own', { timeout: 60_000 }, async () => {
  const lesson = await compileLesson(content, 'virtual-ip', 'zh-CN')
  const ids = lesson?.terms.map(({ id }) => id) ?? []
  expect(ids).toContain('service')
  expect(ids).not.toContain('cluster-ip')
  expect(new Set(ids).size).toBe(ids.length)
  expect(lesson?.code).toContain('/zh-CN/glossary#service')
  expect(lesson?.sections.length).toBeGreaterThan(2)
  expect(lesson?.sections.every(({ text, heading }) => heading === undefined || text !== '')).toBe(true)
})

describe('in a paragraph', () => {
  const term = (id: string, ...[name = '', ...also]: string[]): GlossaryTerm => ({ id, term: name, also, says: '.' })
  function marked(text: string, terms: GlossaryTerm[]): string[] {
    const paragraph: Paragraph = { type: 'paragraph', children: [{ type: 'text', value: text }] }
    const root: Root = { type: 'root', children: [paragraph] }
    remarkTerms({ terms, locale: 'en', onTerm: () => undefined })(root)
    return paragraph.children
      .filter((node): node is Link => node.type === 'link')
      .map(({ url, children: [child] }) => `${url.split('#')[1]}: ${child?.type === 'text' && child.value}`)
  }

  it('the longest form is taken, once, as a whole word, with a capital too', () => {
    const terms = [term('route', 'route', 'routes'), term('table', 'routing table'), term('router', 'router')]
    expect(marked('Routers and reroutes. Routes are in a routing table; a route is a line.', terms)).toEqual([
      'route: Routes',
      'table: routing table',
    ])
  })

  it('a name that is written with a capital is not the word', () => {
    expect(marked('A service is no Service.', [term('service', 'Service')])).toEqual(['service: Service'])
  })

  it('Chinese has no spaces around a word, Latin inside it ends where letters end', () => {
    const terms = [term('table', '路由表'), term('router', '路由器'), term('veth', 'veth 对', 'veth'), term('chain', '链')]
    expect(marked('节点的路由表里，veth3a 与veth对端不同，这条链路经过路由器。', terms)).toEqual([
      'table: 路由表',
      'veth: veth',
      'router: 路由器',
    ])
  })
})
