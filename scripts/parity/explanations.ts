// Why what differs may differ: read from explanations.yaml beside this file. A difference is explained when every line of it is. Used by main.ts.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Difference } from './compare.ts'

const schema = z.array(
  z.strictObject({
    /** one sentence, for the report */
    why: z.string(),
    /** regular expression on `section: where$ command`; any command when absent */
    in: z.string().optional(),
    /** regular expressions: lines that only kind has, and that only embedded has; each must match the whole line */
    kind: z.array(z.string()).default([]),
    embedded: z.array(z.string()).default([]),
    /** it is not in every run: nobody is told when it explains nothing */
    sometimes: z.boolean().default(false),
  }),
)

export type Explanation = z.infer<typeof schema>[number]

export interface Judgement {
  difference: Difference
  /** the explanations that its lines have, in their order in the file */
  explanations: Explanation[]
  /** lines that nothing explains */
  left: Difference['lines']
}
export interface Verdict {
  judgements: Judgement[]
  /** explanations that explain nothing, and should */
  idle: Explanation[]
}

export function readExplanations(file: string): Explanation[] {
  const parsed = schema.safeParse(parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** `first` is kind's side, `second` embedded's. */
export function judge(differences: readonly Difference[], explanations: readonly Explanation[]): Verdict {
  const compiled = explanations.map((explanation) => ({
    explanation,
    command: explanation.in === undefined ? /^/ : new RegExp(explanation.in),
    first: explanation.kind.map((line) => new RegExp(`^(?:${line})$`)),
    second: explanation.embedded.map((line) => new RegExp(`^(?:${line})$`)),
  }))
  const used = new Set<Explanation>()
  const judgements = differences.map((difference): Judgement => {
    const candidates = compiled.filter(({ command }) => command.test(`${difference.section}: ${difference.command}`))
    const mine = new Set<Explanation>()
    const left = difference.lines.filter(({ side, text }) => {
      const found = candidates.find((candidate) => candidate[side].some((pattern) => pattern.test(text)))
      if (found) mine.add(found.explanation)
      return !found
    })
    for (const explanation of mine) used.add(explanation)
    return { difference, explanations: explanations.filter((explanation) => mine.has(explanation)), left }
  })
  return { judgements, idle: explanations.filter((explanation) => !explanation.sometimes && !used.has(explanation)) }
}
