// docs/coverage.md: what it links to is there, what is there is linked, and what it calls unwritten is unwritten.
import { readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listCourses } from './lesson-catalogue.ts'
import { loadCatalogue } from './scenario-catalogue.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/coverage.md'), 'utf8')
const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, to]) => relative(root, resolve(root, 'docs', to as string)))
const lessons = (await listCourses(join(root, 'content'), 'en')).flatMap((course) => course.lessons)
const folderOf = (lesson: (typeof lessons)[number]) =>
  `content/courses/${lesson.course}/${String(lesson.number).padStart(2, '0')}-${lesson.slug}`

describe('docs/coverage.md', () => {
  it('links to what is there', () => {
    expect(links.length).toBeGreaterThan(lessons.length)
    expect(links.filter((to) => !statSync(join(root, to), { throwIfNoEntry: false }))).toEqual([])
  })

  it('has every lesson', () => expect(lessons.map(folderOf).filter((folder) => !links.includes(folder))).toEqual([]))

  it('has every lab of the article’s cases', async () => {
    const ofCases = (await loadCatalogue(join(root, 'labs/scenarios'))).filter(({ scenario }) => scenario.seedCase)
    expect(ofCases.length).toBeGreaterThan(0)
    expect(ofCases.map(({ scenario }) => `labs/scenarios/${scenario.id}`).filter((folder) => !links.includes(folder))).toEqual([])
  })

  it('counts its claims without a gap', () => {
    const numbers = [...page.matchAll(/^\*\*(\d+)\. /gm)].map(([, n]) => Number(n))
    expect(numbers.length).toBeGreaterThan(0)
    expect(numbers).toEqual(numbers.map((_, i) => i + 1))
  })
})
