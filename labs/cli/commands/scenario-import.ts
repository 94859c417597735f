// `podwire scenario import`: what can be carried over from another platform, and an account of what could not.
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { defineCommand } from 'citty'
import { lintScenario } from '../../catalogue/authoring/lint.ts'
import { type Draft, writeDraft } from '../../catalogue/importing/draft.ts'
import { importEducates } from '../../catalogue/importing/educates.ts'
import { importKillercoda } from '../../catalogue/importing/killercoda.ts'
import { formatProblem } from '../../catalogue/problem.ts'
import { LabError } from '../../spec/errors.ts'
import { id as idSchema } from '../../spec/scenario.ts'
import { installationRoot } from '../../system/installation.ts'
import { jsonFlag } from '../flags.ts'
import { createOutput } from '../output.ts'
import { ownScenarios } from '../scenario-folder.ts'

export const scenarioImport = defineCommand({
  meta: {
    name: 'import',
    description: 'Carry over a Killercoda scenario (folder with index.json) or an Educates workshop (workshop.yaml)',
  },
  args: {
    from: { type: 'positional', required: true, description: 'the folder, or the workshop.yaml' },
    id: { type: 'string', valueHint: 'words-with-hyphens', description: 'default: as theirs is named' },
    into: { type: 'string', valueHint: 'folder', description: 'default: labs/scenarios of this copy of Podwire' },
    ...jsonFlag,
  },
  async run({ args }) {
    const output = createOutput(args.json === true)
    const draft = await readDraft(resolve(args.from), args.id)
    if (!idSchema.safeParse(draft.id).success)
      throw new LabError('bad-request', `"${draft.id}" will not do as an id.`, {
        hint: 'Say --id with lower-case words joined by hyphens.',
      })
    const folder = await writeDraft(draft, { root: installationRoot(), into: args.into ? resolve(args.into) : ownScenarios() })
    const findings = await lintScenario(folder)
    const { carried, left } = draft
    output.data({ folder, carried, left, findings })
    output.say(`Wrote ${folder}.`)
    const list = (title: string, lines: readonly string[]) => output.say([`\n${title}`, ...lines.map((line) => `  ${line}.`)].join('\n'))
    list('Carried over', carried)
    list('Not carried over', left)
    list(
      'Lint asks for',
      findings.map((finding) => formatProblem(finding).replace(/\.$/, '')),
    )
  },
})

async function readDraft(from: string, id: string | undefined): Promise<Draft> {
  const isFile = async (path: string) => (await stat(path).catch(() => undefined))?.isFile() === true
  if (await isFile(join(from, 'index.json'))) return importKillercoda(from, id)
  for (const file of [from, join(from, 'resources/workshop.yaml'), join(from, 'workshop.yaml')])
    if (/\.ya?ml$/.test(file) && (await isFile(file))) return importEducates(file, id)
  throw new LabError('bad-request', `${from} is neither a Killercoda scenario nor an Educates workshop.`, {
    hint: 'Name a folder that holds index.json or resources/workshop.yaml, or the workshop.yaml itself.',
  })
}
