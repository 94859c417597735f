// `podwire scenario new`: four questions, and a scenario that already proves.
import { join, relative, resolve } from 'node:path'
import { defineCommand } from 'citty'
import { faultTemplates, fieldProblem, type NewScenario, topics, writeNewScenario } from '../../catalogue/authoring/new-scenario.ts'
import { LabError } from '../../spec/errors.ts'
import { installationRoot } from '../../system/installation.ts'
import { jsonFlag } from '../flags.ts'
import { createOutput } from '../output.ts'
import { canAsk, createAsker } from '../questions.ts'

const questions: Record<keyof NewScenario, string> = {
  id: 'Id, which names its folder (such as dns-wrong-search):',
  title: 'Title, as a learner reads it:',
  topic: `Topic (${topics.join(', ')}):`,
  fault: `Fault to begin with (${Object.entries(faultTemplates)
    .map(([name, words]) => `${name}: ${words}`)
    .join('; ')}):`,
}
const fields = Object.keys(questions) as (keyof NewScenario)[]

export const scenarioNew = defineCommand({
  meta: { name: 'new', description: 'Write a scenario that already proves, to change into yours' },
  args: {
    id: { type: 'string', valueHint: 'words-with-hyphens', description: 'names its folder' },
    title: { type: 'string', valueHint: 'text', description: 'as a learner reads it' },
    topic: { type: 'string', valueHint: topics.join('|'), description: 'where it is listed' },
    fault: { type: 'string', valueHint: Object.keys(faultTemplates).join('|'), description: 'what is broken, to begin with' },
    into: { type: 'string', valueHint: 'folder', description: 'default: labs/scenarios of this copy of Podwire' },
    ...jsonFlag,
  },
  async run({ args }) {
    const output = createOutput(args.json === true)
    const root = installationRoot()
    const given = await askMissing({ id: args.id, title: args.title, topic: args.topic, fault: args.fault }, output.json)
    const folder = await writeNewScenario(given, { root, into: args.into ? resolve(args.into) : join(root, 'labs/scenarios') })
    const near = relative(process.cwd(), folder)
    const shown = near.startsWith('..') ? folder : `./${near}`
    output.data({ folder })
    output.say(`Wrote ${shown}. It proves as it is:`)
    output.say(`  npx podwire prove ${args.into ? shown : given.id} --mutations`)
    output.say('Then change fault, checks and texts, a little at a time, and prove again. docs/authoring.md says how.')
  },
})

async function askMissing(given: Partial<NewScenario>, json: boolean): Promise<NewScenario> {
  const missing = fields.filter((field) => given[field] === undefined)
  if (missing.length && (json || !canAsk()))
    throw new LabError('bad-request', `${missing.map((field) => `--${field}`).join(', ')} missing.`, {
      hint: 'podwire scenario new --help shows what they mean; at a terminal it asks.',
    })
  const answers = { ...given }
  const asker = missing.length ? createAsker() : undefined
  try {
    for (const field of missing) answers[field] = await asker?.ask(questions[field], fieldProblem[field])
  } finally {
    asker?.close()
  }
  return answers as NewScenario
}
