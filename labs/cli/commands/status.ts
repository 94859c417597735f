// `podwire status`: what runs on this machine: labs of everybody, the pool of spare clusters, and the memory they take.
import { defineCommand } from 'citty'
import { statusFor } from '../../sessions/sessions.ts'
import { localLearner, withLabs } from '../context.ts'
import { jsonFlag, localeFlag } from '../flags.ts'
import { createOutput } from '../output.ts'
import { machineLines } from '../status-lines.ts'

export const status = defineCommand({
  meta: { name: 'status', description: 'What runs on this machine: labs, spare clusters, memory' },
  args: { ...localeFlag, ...jsonFlag },
  run: ({ args }) =>
    withLabs(
      async ({ sessions, locale }) => {
        const output = createOutput(args.json === true)
        const now = statusFor(await sessions.status(locale), localLearner, true)
        output.data(now)
        for (const line of machineLines(now, Date.now())) output.say(line)
      },
      { locale: args.locale },
    ),
})
