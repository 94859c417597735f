// Why a spec may not pass: read from explanations.yaml beside this file. Used by main.ts and page.ts.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import type { SpecResult } from './suite.ts'

const schema = z.array(z.strictObject({ spec: z.string(), on: z.array(z.string()).optional(), why: z.string() }))
export type Explanation = z.infer<typeof schema>[number]

export function readExplanations(file: string): Explanation[] {
  const parsed = schema.safeParse(parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

export const explain = (name: string, column: string, explanations: readonly Explanation[]): Explanation | undefined =>
  explanations.find(({ spec, on }) => (!on || on.includes(column)) && new RegExp(spec).test(name))

/** What a run must not end well with: failures that nothing explains, and explanations of specs that pass. */
export function judge(results: readonly SpecResult[], column: string, explanations: readonly Explanation[]) {
  const explained = (name: string) => explain(name, column, explanations) !== undefined
  return {
    unexplained: results.filter(({ name, state }) => state === 'failed' && !explained(name)),
    idle: results.filter(({ name, state }) => state === 'passed' && explained(name)),
  }
}
