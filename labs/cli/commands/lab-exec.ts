// `podwire lab exec`: one command somewhere in a lab, with its streams and its exit code.
import { defineCommand } from 'citty'
import { LabError } from '../../spec/errors.ts'
import { formatTarget, parseTarget } from '../../spec/target.ts'
import { withLabs } from '../context.ts'
import { inFlag, jsonFlag, labWord } from '../flags.ts'
import { passThrough } from '../pass-through.ts'

export const labExec = defineCommand({
  meta: { name: 'exec', description: 'Run one command in a lab: podwire lab exec [LAB] --in node/worker -- ip route', ...{ rest: true } },
  args: { ...labWord, ...inFlag, ...jsonFlag },
  run: ({ args, data }) =>
    withLabs(async ({ pickLab, connect }) => {
      const argv = (data as { rest: string[] | undefined }).rest ?? []
      if (argv.length === 0)
        throw new LabError('bad-request', 'No command was given.', {
          hint: 'Put it after --: podwire lab exec --in laptop -- kubectl get pods',
        })
      const target = formatTarget(parseTarget(args.in ?? 'laptop'))
      const client = await connect(await pickLab(args.lab))
      try {
        process.exitCode = await passThrough(client, { target, argv })
      } finally {
        client.close()
      }
    }),
})
