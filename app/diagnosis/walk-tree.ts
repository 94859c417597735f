// Where a list of answers leads in the diagnosis tree, and which causes it leaves. Pure.
import type { DiagnosisQuestion, DiagnosisTree } from '../../labs/spec/diagnosis.ts'

export interface Answered {
  question: DiagnosisQuestion
  says: string
}
export interface Standing {
  trail: Answered[]
  /** key of the question to answer now, or of the cause that was found */
  now: string
}

/** Follows answers, each the place of one in its question's list, from the first question. */
export function follow(tree: DiagnosisTree, answers: readonly number[]): Standing {
  const trail: Answered[] = []
  let now = tree.start
  for (const answer of answers) {
    const question = tree.questions[now]
    const chosen = question?.answers[answer]
    if (!question || !chosen) break
    trail.push({ question, says: chosen.says })
    now = chosen.to
  }
  return { trail, now }
}

/** The causes that can still be found from a question; a cause is its own. */
export function causesFrom(tree: DiagnosisTree, key: string): ReadonlySet<string> {
  const question = tree.questions[key]
  if (!question) return new Set([key])
  return new Set(question.answers.flatMap(({ to }) => [...causesFrom(tree, to)]))
}

/** The place of the answer that an output gives; undefined when it gives none, or more than one. */
export function readAnswer({ answers }: DiagnosisQuestion, output: string): number | undefined {
  const found = answers.flatMap(({ reads }, i) => (reads !== undefined && new RegExp(reads, 'm').test(output) ? [i] : []))
  return found.length === 1 ? found[0] : undefined
}

/** The words in capitals of a command that somebody has to fill in, in their order. */
export function wordsOf(tree: DiagnosisTree, command: string): string[] {
  return [...new Set(command.match(/\b[A-Z][A-Z_]+\b/g) ?? [])].filter((word) => word in tree.words)
}

/** The command with the words that have a value replaced. */
export const fillWords = (command: string, values: Readonly<Record<string, string>>): string =>
  command.replace(/\b[A-Z][A-Z_]+\b/g, (word) => values[word]?.trim() || word)
