// `npm run test:upstream`: Kubernetes' own network tests against an embedded cluster, or against any that a kubeconfig names. Composition root; bundled by scripts/test-upstream.mjs.
import { parseArgs } from 'node:util'
import { toErrorBody } from '../../labs/spec/errors.ts'
import { readInstallation } from '../../labs/system/installation.ts'
import { createCluster } from '../parity/clusters.ts'
import { onLaptop, onThisMachine, type Place, stageProgram } from './places.ts'
import { openProgram } from './program.ts'
import { argumentsFor, type Group, groups, readReport, sctp } from './suite.ts'

const help = `Usage: npm run test:upstream -- [options]

Runs specs of Kubernetes' own e2e binary and prints how they went. Exits with 1 when one failed.

  --group <name>        ${Object.keys(groups).join(' or ')} (default netpol)
  --focus <regexp>      only these specs of the group
  --skip <regexp>       leave these out (default ${sctp}: most kernels have no SCTP)
  --kubeconfig <file>   an existing cluster instead of an embedded one made for this run
  --minutes <n>         give up after so many (default 40)
  --verbose             print each spec's steps as it runs

Environment: PODWIRE_UPSTREAM_E2E (Kubernetes' e2e.test, or e2e.test.zst).
`
const { values: options } = parseArgs({
  options: {
    group: { type: 'string', default: 'netpol' },
    focus: { type: 'string' },
    skip: { type: 'string', default: sctp },
    kubeconfig: { type: 'string' },
    minutes: { type: 'string', default: '40' },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  process.stdout.write(help)
  process.exit(0)
}
const group = options.group as Group
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupted.abort(new Error('interrupted')))

async function runOn(place: Place) {
  const args = argumentsFor({ ...place, group, focus: options.focus, skip: options.skip, minutes: Number(options.minutes) })
  if (options.verbose) args.push('--ginkgo.v')
  return place.run(args, (bytes) => process.stderr.write(bytes), interrupted.signal)
}

const { assets } = readInstallation()
const staged = await stageProgram(assets, openProgram())
try {
  const owned = await createCluster('embedded', staged.assets, interrupted.signal)
  try {
    const { report, code } = await runOn(onLaptop(owned.cluster))
    console.log(code, report?.length)
    if (report) for (const r of readReport(report, group)) if (r.state !== 'skipped' || r.message) console.log(JSON.stringify(r))
  } finally {
    await owned.end()
  }
} finally {
  staged.remove()
}
void onThisMachine
void toErrorBody
