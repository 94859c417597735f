// `podwire clean`: ends every lab of this machine and removes what is left of dead ones.
import { defineCommand } from 'citty'
import { withLabs } from '../context.ts'
import { jsonFlag } from '../flags.ts'
import { createOutput } from '../output.ts'

export const clean = defineCommand({
  meta: { name: 'clean', description: 'End every lab on this machine and remove what dead ones left' },
  args: { ...jsonFlag },
  run: ({ args }) =>
    withLabs(async ({ sessions }) => {
      const output = createOutput(args.json === true)
      const ended = await sessions.stopAll()
      output.data({ ended })
      output.say(ended.length ? `Ended: ${ended.join(', ')}.` : 'No lab was running.')
    }),
})
