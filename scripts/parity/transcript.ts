// The transcript: what is typed on both runtimes, read from transcript/*.yaml beside this file. Used by main.ts; data, and what checks it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { parseTarget } from '../../labs/spec/target.ts'

const typed = z.strictObject({
  run: z.string(),
  /** where: a target; the laptop unless it says otherwise */
  on: z.string().default('laptop'),
  /** Kubernetes promises no order of these lines */
  unordered: z.boolean().default(false),
  /** prepares or waits; what it prints is not compared, but it must end well */
  quiet: z.boolean().default(false),
  timeoutMs: z.number().default(90_000),
})
const section = z.strictObject({
  name: z.string(),
  /** files that the laptop's home gets before the first command */
  files: z.record(z.string(), z.string()).default({}),
  commands: z.array(z.union([z.string().transform((run) => typed.parse({ run })), typed])),
})

export type Command = z.infer<typeof typed>
export type Section = z.infer<typeof section>

/** Every section, in the order of its files' names. Each leaves the cluster as it found it, so that it can be played alone. */
export function readTranscript(folder: string): Section[] {
  const sections = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => {
      const parsed = section.safeParse(parse(readFileSync(join(folder, name), 'utf8')))
      if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`)
      return parsed.data
    })
  for (const { commands } of sections) for (const { on } of commands) parseTarget(on)
  return sections
}

/** How a command is called in explanations and reports. */
export const titleOf = ({ on, run }: Pick<Command, 'on' | 'run'>): string => `${on}$ ${run.trim()}`
