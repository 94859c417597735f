// `podwire prove`: the machine-made evidence that a scenario is honest.
import { basename, dirname, resolve } from 'node:path'
import { defineCommand } from 'citty'
import { publishProofs } from '../../proof/publish.ts'
import { writeReport } from '../../proof/report-files.ts'
import { formatMatrix, formatProof, runProofs } from '../../proof/run-proofs.ts'
import { LabError } from '../../spec/errors.ts'
import type { RuntimeName } from '../../spec/scenario.ts'
import { readBuild } from '../../system/installation.ts'
import { jsonFlag } from '../flags.ts'
import { createOutput, formatDuration } from '../output.ts'
import { folderOfScenario, scenarioWord } from '../scenario-folder.ts'
import { stoppable } from '../signals.ts'

/** A kind cluster takes a machine's whole attention; embedded labs mostly wait. */
const defaultJobs: Record<RuntimeName, number> = { embedded: 2, kind: 1 }

export const prove = defineCommand({
  meta: { name: 'prove', description: 'Prove that a scenario is honest: broken when broken, solved by its solutions only' },
  args: {
    ...scenarioWord,
    all: { type: 'boolean', description: 'every scenario' },
    mutations: { type: 'boolean', description: 'also try wrong fixes that are made up from what the lab holds' },
    runtime: { type: 'enum', options: ['embedded', 'kind'], default: 'embedded', description: 'where' },
    jobs: { type: 'string', valueHint: 'n', description: 'how many at a time (default: 2 on embedded, 1 on kind)' },
    report: { type: 'string', valueHint: 'folder', description: 'also write proof.html and proof.json there' },
    publish: { type: 'string', valueHint: 'file', description: 'also note what was found there, as docs/proofs has it for the pages' },
    ...jsonFlag,
  },
  async run({ args }) {
    if (Boolean(args.all) === Boolean(args.scenario))
      throw new LabError('bad-request', 'Name a scenario, or say --all.', { hint: 'podwire lab list shows the scenarios.' })
    const output = createOutput(args.json === true)
    const runtime = args.runtime as RuntimeName
    const folder = args.scenario ? await folderOfScenario(args.scenario) : undefined
    const report = await stoppable((signal) =>
      runProofs({
        scenarios: folder ? [basename(folder)] : 'all',
        ...(folder ? { scenariosFolder: dirname(folder) } : {}),
        runtimes: [runtime],
        mutations: args.mutations === true,
        jobs: readJobs(args.jobs) ?? defaultJobs[runtime],
        signal,
        onScenario: (proof) => output.say(`${formatProof(proof)}\n`),
      }),
    )
    if (args.publish) await publishProofs(args.publish, report, { at: new Date(), build: readBuild().build })
    output.data(report)
    output.say(`${formatMatrix(report)}\n`)
    if (args.report) output.say(`The report is in ${(await writeReport(resolve(args.report), report)).html}`)
    const proved = report.scenarios.filter(({ ok }) => ok).length
    output.say(`${proved} of ${report.scenarios.length} proved in ${formatDuration(report.ms)}.`)
    if (!report.ok) process.exitCode = 1
  },
})

function readJobs(given: string | undefined): number | undefined {
  if (given === undefined || /^[1-9][0-9]?$/.test(given)) return given === undefined ? undefined : Number(given)
  throw new LabError('bad-request', `--jobs ${given} is not a number of proofs.`, { hint: 'Say 1, 2 or more.' })
}
