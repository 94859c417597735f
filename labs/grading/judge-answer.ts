// Grades the typed answer to a question. Pure. Called by grader.ts.
import { fail, pass, quoteText, type Verdict } from './verdict.ts'
import { judgeWords, type Words } from './words.ts'

/** `pattern` must match the whole trimmed answer, in any case. */
export function judgeAnswer(pattern: string, answer: string, words: Words = judgeWords.en): Verdict {
  const given = answer.trim()
  const seen = words.youAnswered(quoteText(given))
  return new RegExp(`^(?:${pattern})$`, 'iu').test(given) ? pass(seen) : fail(seen)
}
