// What a learner takes along from one browser or machine to another: the file's schema. Solved labs come from the store, the rest from the browser.
import { z } from 'zod'
import { id } from './scenario.ts'

const time = z.number().int().min(0).describe('epoch ms')
const count = z.number().int().min(1).max(100_000)

const lessonRecord = z.strictObject({
  readAt: time.optional().describe('when its end was reached first'),
  place: z
    .strictObject({ block: z.number().int().min(0), part: z.number().min(0).max(1) })
    .optional()
    .describe('where reading stopped'),
  answers: z
    .array(z.number().int().min(0).max(20).nullable())
    .max(50)
    .optional()
    .describe('the option chosen last, for each question of its quiz'),
})
export type LessonRecord = z.infer<typeof lessonRecord>

const solvedRecord = z.strictObject({ scenario: id, firstAt: time, lastAt: time, bestMs: z.number().int().min(0), times: count })
export type SolvedRecord = z.infer<typeof solvedRecord>

export const progressFile = z.strictObject({
  format: z.literal('podwire-progress'),
  version: z.literal(1),
  savedAt: time,
  solved: z.array(solvedRecord).max(1000),
  lessons: z.record(id, lessonRecord),
})
export type ProgressFile = z.infer<typeof progressFile>

/** A megabyte is a hundred times what anybody's progress takes. */
export const longestProgressFile = 1_000_000

export type ProgressFileProblem =
  | { problem: 'not-json' | 'not-ours' | 'too-long' | 'nobody' }
  | { problem: 'version'; version: string }
  | { problem: 'field'; field: string; message: string }

/** Reads a file's text; what is wrong with it names the field. */
export function readProgressFile(text: string): ProgressFile | ProgressFileProblem {
  if (text.length > longestProgressFile) return { problem: 'too-long' }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { problem: 'not-json' }
  }
  const head = z.object({ format: z.literal('podwire-progress'), version: z.unknown() }).safeParse(value)
  if (!head.success) return { problem: 'not-ours' }
  if (head.data.version !== 1) return { problem: 'version', version: JSON.stringify(head.data.version) ?? 'none' }
  const { data, error } = progressFile.safeParse(value)
  if (data) return data
  const [issue] = error.issues
  return { problem: 'field', field: issue?.path.join('.') || 'file', message: issue?.message ?? 'not valid' }
}
