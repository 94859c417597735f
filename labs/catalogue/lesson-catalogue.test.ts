// What a lesson prints is run in English by the transcript tests; its translations must print the very same.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileLesson, listCourses } from './lesson-catalogue.ts'

const content = join(import.meta.dirname, '../../content')
const chinese = (await listCourses(content, 'zh-CN')).flatMap((course) => course.lessons).filter(({ locale }) => locale === 'zh-CN')

describe('lessons in Chinese', () => {
  it('are there', () => expect(chinese.length).toBeGreaterThanOrEqual(2))

  it.each(chinese)('$slug has the commands, outputs, scenario and questions of the English one', { timeout: 60_000 }, async (lesson) => {
    const [en, zh] = await Promise.all([compileLesson(content, lesson.slug, 'en'), compileLesson(content, lesson.slug, 'zh-CN')])
    const printed = (consoles: typeof en) => consoles?.consoles.map(({ line: _, ...block }) => block)
    expect(en?.consoles.length).toBeGreaterThan(0)
    expect(printed(zh)).toEqual(printed(en))
    expect(zh?.summary.scenario).toBe(en?.summary.scenario)
    expect(zh?.summary.minutes).toBe(en?.summary.minutes)
    expect(zh?.quiz.map(({ options }) => options.map(({ ok }) => ok))).toEqual(en?.quiz.map(({ options }) => options.map(({ ok }) => ok)))
    expect(lesson.title).toMatch(/\p{Script=Han}/u)
  })
})
