// The glossary: terms of the lessons with a sentence or two each. The file's schema, and what a page gets of it in one language.
import { z } from 'zod'
import { id } from './scenario.ts'

const entry = z.strictObject({
  term: z.string().min(1),
  also: z.array(z.string().min(2)).default([]).describe('other forms that a lesson may use, such as a plural'),
  says: z.string().min(1).describe('one or two sentences'),
})

/** content/glossary.yaml */
export const glossaryFile = z.array(
  z.strictObject({
    id,
    lesson: id.describe('the lesson that introduces it'),
    en: entry,
    'zh-CN': entry,
  }),
)
export type GlossaryFile = z.infer<typeof glossaryFile>

export interface GlossaryTerm {
  id: string
  term: string
  also: string[]
  says: string
  /** the lesson that introduces it, when it is written */
  lesson?: { slug: string; number: string; title: string }
}
