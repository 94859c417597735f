// `podwire clean`: ends every lab of this machine and removes what is left of dead ones.
import { defineCommand } from 'citty'
import { LabError } from '../../spec/errors.ts'
import { withLabs } from '../context.ts'
import { jsonFlag } from '../flags.ts'
import { createOutput } from '../output.ts'
import { findStrays } from './kind-delete.ts'

export const clean = defineCommand({
  meta: { name: 'clean', description: 'End every lab on this machine and remove what dead ones left' },
  args: { ...jsonFlag },
  run: ({ args }) =>
    withLabs(async ({ sessions }) => {
      const output = createOutput(args.json === true)
      const ended = await sessions.stopAll()
      const strays = await findStraysIfAny()
      output.data({ ended, strays: strays.labs })
      output.say(ended.length ? `Ended: ${ended.join(', ')}.` : 'No lab was running.')
      if (strays.labs.length === 0) return
      output.say(`${strays.engine} still has containers or networks of ${strays.labs.join(', ')}, whose folders are not here.`)
      output.say(`→ npx podwire kind delete ${strays.labs.length === 1 ? strays.labs[0] : '--all'}`)
    }),
})

/** What the container engine has of labs whose folder is lost; nothing where no engine answers. */
async function findStraysIfAny(): Promise<{ engine: string; labs: string[] }> {
  try {
    const { engine, strays } = await findStrays()
    return { engine: engine.name, labs: strays }
  } catch (error) {
    if (error instanceof LabError && error.code === 'runtime-unavailable') return { engine: '', labs: [] }
    throw error
  }
}
