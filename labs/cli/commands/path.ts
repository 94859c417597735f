// `podwire path`: sends one packet and says where it died.
import { defineCommand } from 'citty'
import { LabError } from '../../spec/errors.ts'
import { pathQuestion } from '../../spec/path.ts'
import { withLabs } from '../context.ts'
import { jsonFlag, labWord, localeFlag } from '../flags.ts'
import { createOutput } from '../output.ts'
import { pathLines } from '../path-lines.ts'

const wrongQuestion = (issue: { path: PropertyKey[]; message: string } | undefined) =>
  new LabError('bad-request', `--${String(issue?.path[0])}: ${issue?.message}`, {
    hint: 'podwire path --from pod/client --to http://cart',
  })

export const path = defineCommand({
  meta: { name: 'path', description: 'Send one packet and follow it: podwire path [LAB] --from pod/client --to http://cart' },
  args: {
    ...labWord,
    from: {
      type: 'string',
      default: 'laptop',
      valueHint: 'place',
      description: 'who sends it: laptop, node/<name>, pod/[<ns>:]<name>, deploy/<name> or host/<name>',
    },
    to: {
      type: 'string',
      required: true,
      valueHint: 'url',
      description: 'http://name[:port], tcp://host:port, udp://host:port, ping://host or dns://name[@server]',
    },
    all: { type: 'boolean', description: 'also the rules that only lead on to another chain' },
    pay: { type: 'boolean', description: 'agree that it counts as a hint, where the scenario says so' },
    ...localeFlag,
    ...jsonFlag,
  },
  run: ({ args }) =>
    withLabs(
      async ({ pickLab, connect, locale }) => {
        const question = pathQuestion.safeParse({ from: args.from, to: args.to })
        if (!question.success) throw wrongQuestion(question.error.issues[0])
        const output = createOutput(args.json === true)
        const client = await connect(await pickLab(args.lab))
        try {
          const result = await client.request({ op: 'path', ...question.data, pay: args.pay === true, locale })
          output.data(result)
          for (const line of pathLines(result, { all: args.all === true })) output.say(line)
        } finally {
          client.close()
        }
      },
      { locale: args.locale },
    ),
})
