// `podwire lab status`: the lab with its tasks, guards and hints, once or as they flip.
import { defineCommand } from 'citty'
import type { LabSnapshot } from '../../spec/lab.ts'
import { withLabs } from '../context.ts'
import { jsonFlag, labWord, localeFlag } from '../flags.ts'
import { followLab } from '../lab-ready.ts'
import { createOutput } from '../output.ts'
import { statusLines } from '../progress-lines.ts'
import { unlessInterrupted } from '../signals.ts'

export const labStatus = defineCommand({
  meta: { name: 'status', description: 'Tasks with what was seen, guards, hints' },
  args: {
    ...labWord,
    watch: { type: 'boolean', description: 'go on until the lab is solved or ends; with --json one document per change' },
    ...localeFlag,
    ...jsonFlag,
  },
  run: ({ args }) =>
    withLabs(
      async ({ pickLab, connect }) => {
        const output = createOutput(args.json === true)
        const client = await connect(await pickLab(args.lab))
        let printed = ''
        const show = (snapshot: LabSnapshot) => {
          const text = statusLines(snapshot).join('\n')
          // the snapshot also changes when a keystroke moves the idle timer: that is no news here
          if (text === printed) return
          // on a screen the new status replaces the old one
          if (printed && process.stdout.isTTY) output.say('\x1b[H\x1b[2J\x1b[3J')
          printed = text
          output.say(text)
          output.data(snapshot)
        }
        try {
          if (args.watch) await unlessInterrupted(() => followLab(client, show, ({ state }) => state === 'solved'))
          else show(await client.request({ op: 'snapshot' }))
        } finally {
          client.close()
        }
      },
      { locale: args.locale },
    ),
})
