// Writes a scenario that already proves, for an author to change into another one. Called by the CLI.
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { LabError } from '../../spec/errors.ts'
import { id as idSchema, type Scenario, scenario } from '../../spec/scenario.ts'
import { suggest } from '../problem.ts'

/** Faults to begin with: folders of labs/catalogue/templates. */
export const faultTemplates = {
  'service-selector': 'a Service that finds no Pod',
  'network-policy': 'a NetworkPolicy that lets the wrong Pods in',
  'firewall-rule': 'a packet filter rule on a node that takes too much',
} as const
export type FaultTemplate = keyof typeof faultTemplates

export const topics: readonly Scenario['topic'][] = scenario.shape.topic.options

export interface NewScenario {
  id: string
  title: string
  topic: string
  fault: string
}

/** Each field's own mistake, in words; undefined when it is well. For a question that asks again. */
export const fieldProblem = {
  id: (given: string) =>
    idSchema.safeParse(given).success ? undefined : 'Use lower-case words joined by hyphens, such as dns-wrong-search.',
  title: (given: string) => (given.trim() ? undefined : 'Give it a title, as a learner reads it.'),
  topic: (given: string) => ((topics as readonly string[]).includes(given) ? undefined : suggest(given, topics)),
  fault: (given: string) => (given in faultTemplates ? undefined : suggest(given, Object.keys(faultTemplates))),
} as const satisfies Record<keyof NewScenario, (given: string) => string | undefined>

/** Makes the folder `<into>/<id>`. `root` is the clone: templates and schemas are in it. Throws bad-request. */
export async function writeNewScenario(given: NewScenario, { root, into }: { root: string; into: string }): Promise<string> {
  for (const field of Object.keys(fieldProblem) as (keyof NewScenario)[]) {
    const mend = fieldProblem[field](given[field])
    if (mend) throw new LabError('bad-request', `--${field} ${JSON.stringify(given[field])} will not do.`, { hint: mend })
  }
  const folder = join(into, given.id)
  if (await stat(folder).catch(() => undefined))
    throw new LabError('bad-request', `${folder} is there already.`, { hint: 'Take another id.' })
  const words: Record<string, string> = { id: given.id, topic: given.topic, title: JSON.stringify(given.title.trim()) }
  try {
    await mkdir(into, { recursive: true })
    await cp(join(root, 'labs/catalogue/templates', given.fault), folder, { recursive: true })
    for (const name of await readdir(folder)) {
      const schema = name === 'scenario.yaml' ? 'scenario' : name.startsWith('text.') ? 'text' : undefined
      if (!schema) continue
      const path = join(folder, name)
      const source = (await readFile(path, 'utf8')).replace(/@(id|topic|title)@/g, (_, word: string) => words[word] as string)
      await writeFile(path, `${schemaLine(dirname(path), root, schema)}\n${source}`)
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  return folder
}

/** For editors: what may stand in this file. */
export const schemaLine = (folder: string, root: string, schema: 'scenario' | 'text'): string =>
  `# yaml-language-server: $schema=${relative(folder, join(root, 'docs', `${schema}.schema.json`))}`

/** The id that a folder's name promises. */
export const idFromName = (path: string): string =>
  basename(path)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
