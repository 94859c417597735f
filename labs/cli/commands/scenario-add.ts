// `podwire scenario add`: a scenario from a stranger. Shows what it would run and with which privileges before anything is written.
import { resolve } from 'node:path'
import { defineCommand } from 'citty'
import { withStranger } from '../../catalogue/importing/stranger.ts'
import { type WhatItRuns, whatItRuns } from '../../catalogue/importing/what-it-runs.ts'
import { LabError } from '../../spec/errors.ts'
import { jsonFlag } from '../flags.ts'
import { createOutput } from '../output.ts'
import { printable } from '../printable.ts'
import { canAsk, createAsker } from '../questions.ts'
import { ownScenarios } from '../scenario-folder.ts'

export const scenarioAdd = defineCommand({
  meta: { name: 'add', description: 'Bring in a scenario from a folder or a git URL, after showing what it runs' },
  args: {
    from: { type: 'positional', required: true, description: 'folder or git URL' },
    path: { type: 'string', valueHint: 'folder', description: 'where in the repository the scenario is' },
    into: { type: 'string', valueHint: 'folder', description: 'default: labs/scenarios of this copy of Podwire' },
    yes: { type: 'boolean', description: 'add it without asking' },
    ...jsonFlag,
  },
  async run({ args }) {
    const output = createOutput(args.json === true)
    await withStranger(args.from, args.path, async ({ loaded, accept }) => {
      const { scenario, text } = loaded
      const runs = whatItRuns(loaded)
      output.say(`${scenario.id}: ${printable(text.title)}\n\n${describe(runs)}\n`)
      if (!args.yes) await confirm(output.json)
      const folder = await accept(args.into ? resolve(args.into) : ownScenarios())
      output.data({ id: scenario.id, folder, runs })
      output.say(
        `Added to ${folder}.\n  npx podwire prove ${args.into ? folder : scenario.id}\nPages show it after the server has started anew.`,
      )
    })
  },
})

function describe({ privileges, images, scripts }: WhatItRuns): string {
  const indent = (content: string) => printable(content.trimEnd()).replace(/^/gm, '    ')
  return [
    'Privileges:',
    ...privileges.map((line) => `  ${printable(line)}`),
    `Images: ${printable(images.join(', ')) || 'none'}`,
    'It runs:',
    ...scripts.map(({ when, on, content }) => `  ${printable(when)}, on ${printable(on)}\n${indent(content)}`),
  ].join('\n')
}

async function confirm(json: boolean): Promise<void> {
  if (json || !canAsk()) throw new LabError('bad-request', 'Nothing was added.', { hint: 'Read what it runs, then say --yes.' })
  const asker = createAsker()
  try {
    const answer = await asker.ask('Add it? [y/n]', (given) => (/^(y|yes|n|no)$/i.test(given) ? undefined : 'Say y or n.'))
    if (/^n/i.test(answer)) throw new LabError('bad-request', 'Nothing was added.')
  } finally {
    asker.close()
  }
}
