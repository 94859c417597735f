// Questions to a person at a terminal. Used by commands/scenario-new.ts and commands/scenario-add.ts.
import { createInterface } from 'node:readline/promises'
import { LabError } from '../spec/errors.ts'

export const canAsk = (): boolean => Boolean(process.stdin.isTTY && process.stdout.isTTY)

export interface Asker {
  /** Asks until `problemOf` finds none with the answer. Rejects when the person leaves (Ctrl-C, Ctrl-D). */
  ask(question: string, problemOf: (answer: string) => string | undefined): Promise<string>
  close(): void
}

export function createAsker(): Asker {
  const reader = createInterface({ input: process.stdin, output: process.stdout })
  const left = new AbortController()
  // Ctrl-C and Ctrl-D close it and leave the question open
  reader.once('close', () => left.abort(new LabError('bad-request', 'The question was not answered.')))
  return {
    async ask(question, problemOf) {
      for (;;) {
        const answer = (
          await reader.question(`${question} `, { signal: left.signal }).catch((error: unknown) => {
            left.signal.throwIfAborted()
            throw error
          })
        ).trim()
        const problem = problemOf(answer)
        if (problem === undefined) return answer
        process.stdout.write(`  ${problem}\n`)
      }
    },
    close: () => reader.close(),
  }
}
