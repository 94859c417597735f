// The diagnosis tree: questions that lead from a symptom to a cause. The file's schema, and what a page gets of it in one language.
import { z } from 'zod'
import { id, type Locale, locales } from './scenario.ts'

const inBoth = z.strictObject(Object.fromEntries(locales.map((locale) => [locale, z.string().min(1)])) as Record<Locale, z.ZodString>)
const key = z.string().regex(/^[a-z0-9]+(?:_[a-z0-9]+)*$/, 'use lower-case words joined by underscores')
const word = z.string().regex(/^[A-Z]+(?:_[A-Z]+)*$/, 'use capitals joined by underscores')

const pattern = z
  .string()
  .refine((text) => {
    try {
      return Boolean(new RegExp(text, 'm'))
    } catch {
      return false
    }
  }, 'not a regular expression')
  .describe('what the output says when this is the answer; with the flag m')

/** Where a question's command runs. */
export const diagnosisPlaces = ['laptop', 'pod', 'node', 'outside'] as const
export type DiagnosisPlace = (typeof diagnosisPlaces)[number]

/** content/diagnosis.yaml */
export const diagnosisFile = z.strictObject({
  method: z.array(inBoth).min(1),
  words: z.record(word, inBoth).describe('words in CAPITALS that a command has in place of names and addresses'),
  start: key,
  questions: z.record(
    key,
    z.strictObject({
      ask: inBoth,
      at: z.enum(diagnosisPlaces),
      run: z.string().min(1),
      answers: z.array(z.strictObject({ says: inBoth, to: key.describe('a question or a cause'), reads: pattern.optional() })).min(2),
    }),
  ),
  causes: z.record(
    key,
    z.strictObject({ says: inBoth, lesson: id, test: z.array(id).describe('scenarios with this cause; for tests only, never for a page') }),
  ),
})
export type DiagnosisFile = z.infer<typeof diagnosisFile>

export interface DiagnosisQuestion {
  ask: string
  at: DiagnosisPlace
  run: string
  answers: { says: string; to: string; reads?: string | undefined }[]
}
export interface DiagnosisCause {
  says: string
  /** the lesson that explains it, when it is written */
  lesson?: { slug: string; number: string; title: string }
}
export interface DiagnosisTree {
  method: string[]
  words: Record<string, string>
  start: string
  questions: Record<string, DiagnosisQuestion>
  causes: Record<string, DiagnosisCause>
}
