// A scenario as far as another platform's files give it, and the account of what was carried over. Used by killercoda.ts, educates.ts and the CLI.
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { LabError } from '../../spec/errors.ts'
import { schemaLine } from '../authoring/new-scenario.ts'
import type { Inside } from '../inside.ts'

export interface Draft {
  id: string
  /** as scenario.yaml and text.en.yaml will say it; fields that are missing are for the author to write */
  scenario: Record<string, unknown>
  text: Record<string, unknown>
  /** by their path in the scenario's folder */
  files: Map<string, string>
  /** one sentence each: what became of something */
  carried: string[]
  /** one sentence each: what has no place here, and why */
  left: string[]
}

/** What neither platform has. */
const neverThere = [
  'a fault: their labs begin whole, or broken by a set-up script. Move what breaks it to fault.inject, and write fault.withdraw',
  'a symptom, guards and wrong fixes: write what is seen while it is broken, what a fix must not destroy, and what you would have tried first',
  'a solution: write the steps that mend it',
]

export interface CheckScript {
  id: string
  title: string
  script: string
}

/** Scripts that judged the learner become checks; they run where the learner's kubectl is. */
export const asChecks = (scripts: readonly CheckScript[]) => ({
  checks: scripts.map(({ id, script }) => ({ id, command: { on: 'laptop', run: script } })),
  texts: Object.fromEntries(scripts.map(({ id, title }) => [id, { title, failed: `${title}: not yet ({seen}).` }])),
})

const levels: Record<string, string> = {
  beginner: 'basic',
  easy: 'basic',
  intermediate: 'medium',
  advanced: 'hard',
  hard: 'hard',
  extreme: 'expert',
  expert: 'expert',
}
export const levelOf = (words: string | undefined): string => levels[words?.trim().toLowerCase() ?? ''] ?? 'medium'

/** `45m`, `1h`, `15-20 minutes` */
export function minutesOf(words: string | undefined): number {
  const [, amount, unit] = /(\d+)\s*(h|m)?/i.exec(words ?? '') ?? []
  return amount === undefined ? 20 : Math.min(180, Math.max(1, Number(amount) * (unit?.toLowerCase() === 'h' ? 60 : 1)))
}

/** Reads a file that their description names; one that cannot be read is told of. */
export function contentOf(found: Inside, left: string[]): string | undefined {
  if ('content' in found) return found.content
  left.push(`${found.message}, though it is named`)
  return undefined
}

/** Writes `<into>/<id>`. Throws bad-request when it is there already. */
export async function writeDraft(draft: Draft, { root, into }: { root: string; into: string }): Promise<string> {
  const folder = join(into, draft.id)
  if (await stat(folder).catch(() => undefined))
    throw new LabError('bad-request', `${folder} is there already.`, { hint: 'Say --id with another name.' })
  const line = (schema: 'scenario' | 'text') => `${schemaLine(folder, root, schema)}\n`
  const files = new Map([
    ...draft.files,
    ['scenario.yaml', line('scenario') + stringify({ version: 1, id: draft.id, ...draft.scenario }, { lineWidth: 140 })],
    ['text.en.yaml', line('text') + stringify(draft.text, { lineWidth: 0 })],
  ])
  try {
    for (const [path, content] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), content)
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  draft.left.push(...neverThere)
  return folder
}
