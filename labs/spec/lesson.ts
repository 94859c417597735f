// The lesson format: front matter, quiz, console blocks. Read by catalogue, shown by the app, run by the proof's transcript runner.
import { z } from 'zod'
import { id, type Locale } from './scenario.ts'

/** Front matter of lesson.<locale>.mdx. */
export const lessonHead = z.strictObject({
  title: z.string().min(1),
  lede: z.string().min(1).describe('one sentence under the title'),
  minutes: z.number().int().min(1).max(120),
  scenario: id.describe('its healthy lab runs beside the lesson; "Break it" injects its fault'),
})
export type LessonHead = z.infer<typeof lessonHead>

export const quiz = z
  .array(
    z.strictObject({
      q: z.string().min(1),
      options: z.array(z.strictObject({ t: z.string().min(1), ok: z.boolean().default(false), why: z.string().min(1) })).min(2),
    }),
  )
  .refine(
    (questions) => questions.every((q) => q.options.filter((o) => o.ok).length === 1),
    'every question needs exactly one option with ok: true',
  )
export type Quiz = z.infer<typeof quiz>

export const course = z.strictObject({
  number: z.number().int().min(1),
  title: z.record(z.string(), z.string()),
  summary: z.record(z.string(), z.string()),
})
export type Course = z.infer<typeof course>

/** One command of a ```console block and what the page prints under it. */
export interface ConsoleCommand {
  command: string
  /** lines as printed, with placeholders <any>, <ip>, <age>, <n±2> */
  output: string
}
export interface ConsoleBlock {
  /** a target; laptop unless the fence says on=… */
  on: string
  /** shown, never run */
  static: boolean
  commands: ConsoleCommand[]
  /** 1-based line of the fence in the .mdx file */
  line: number
}

export interface LessonSummary extends LessonHead {
  course: string
  courseNumber: number
  /** position in its course, from the folder's name */
  number: number
  slug: string
  /** its language: the one asked for, else `en` */
  locale: Locale
}
