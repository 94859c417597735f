// `podwire prove`: the machine-made evidence that a scenario is honest.
import { defineCommand } from 'citty'
import { publishProofs } from '../../proof/publish.ts'
import { formatProof, runProofs } from '../../proof/run-proofs.ts'
import { LabError } from '../../spec/errors.ts'
import { readBuild } from '../../system/installation.ts'
import { jsonFlag } from '../flags.ts'
import { createOutput, formatDuration } from '../output.ts'
import { unlessInterrupted } from '../signals.ts'

export const prove = defineCommand({
  meta: { name: 'prove', description: 'Prove that a scenario is honest: broken when broken, solved by its solution only' },
  args: {
    scenario: { type: 'positional', required: false, description: 'id of the scenario' },
    all: { type: 'boolean', description: 'every scenario' },
    runtime: { type: 'enum', options: ['embedded', 'kind'], default: 'embedded', description: 'where' },
    report: { type: 'string', valueHint: 'file', description: 'write what was found there, for docs/proofs' },
    ...jsonFlag,
  },
  async run({ args }) {
    if (Boolean(args.all) === Boolean(args.scenario))
      throw new LabError('bad-request', 'Name a scenario, or say --all.', { hint: 'podwire lab list shows the scenarios.' })
    const output = createOutput(args.json === true)
    const stop = new AbortController()
    const proving = runProofs({
      scenarios: args.scenario ? [args.scenario] : 'all',
      runtimes: [args.runtime as 'embedded' | 'kind'],
      signal: stop.signal,
      onScenario: (proof) => output.say(`${formatProof(proof)}\n`),
    })
    const report = await unlessInterrupted(
      () => proving,
      () => {
        stop.abort(new LabError('lab-state', 'The proof was interrupted.'))
        return proving.catch(() => undefined) // it was told to fail
      },
    )
    if (args.report) await publishProofs(args.report, report, { at: new Date(), build: readBuild().build })
    output.data(report)
    const proved = report.scenarios.filter(({ ok }) => ok).length
    output.say(`${proved} of ${report.scenarios.length} proved in ${formatDuration(report.ms)}.`)
    if (!report.ok) process.exitCode = 1
  },
})
