// `npm run test:upstream`: Kubernetes' own network tests on an embedded cluster, or on any that a kubeconfig names. Composition root; bundled by scripts/test-upstream.mjs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { LabError, toErrorBody } from '../../labs/spec/errors.ts'
import { readInstallation } from '../../labs/system/installation.ts'
import { createCluster } from '../parity/clusters.ts'
import { judge, readExplanations } from './explanations.ts'
import { conformancePage, mergeRuns, type SavedRuns } from './page.ts'
import { onLaptop, onThisMachine, type Place, type Ran, stageProgram } from './places.ts'
import { openProgram } from './program.ts'
import { argumentsFor, type Group, groups, type Report, readReport, type SpecResult, sctp } from './suite.ts'

const help = `Usage: npm run test:upstream -- [options]

Runs specs of Kubernetes' own e2e binary on an embedded cluster made for them. Exits with 1 when one fails that
scripts/upstream/explanations.yaml does not explain, or passes although it is there.

  --group <name>        ${Object.keys(groups).join(' or ')} (default netpol)
  --focus <regexp>      only the specs that it matches
  --skip <regexp>       leave these out (default ${sctp}: most kernels have no SCTP)
  --kubeconfig <file>   test the cluster that it names instead; needs --as
  --as <name>           what docs/conformance.md calls that cluster, e.g. kind
  --minutes <n>         give up after so many (default 40)
  --verbose             each spec's own words too
  --write               keep the results of the specs that ran, and write docs/conformance.md

Environment: PODWIRE_UPSTREAM_E2E, the file e2e.test or e2e.test.zst.
`
const fail = (message: string): never => {
  process.stderr.write(`${message}\n\n${help}`)
  process.exit(2)
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        group: { type: 'string', default: 'netpol' },
        focus: { type: 'string' },
        skip: { type: 'string', default: sctp },
        kubeconfig: { type: 'string' },
        as: { type: 'string' },
        minutes: { type: 'string', default: '40' },
        verbose: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    return fail((error as Error).message)
  }
}
const options = readOptions()
if (options.help) {
  process.stdout.write(help)
  process.exit(0)
}
if (!Object.hasOwn(groups, options.group)) fail(`There is no group ${options.group}.`)
if (Boolean(options.kubeconfig) !== Boolean(options.as)) fail('--kubeconfig and --as go together.')
if (options.as && !/^[a-z][a-z0-9-]*$/.test(options.as)) fail('--as is a word of small letters: kind, for instance.')
if (!(Number(options.minutes) > 0)) fail('--minutes is a number.')
const group = options.group as Group
const column = options.as ?? 'embedded'

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupted.abort(new Error('interrupted')))
const say = (line: string) => process.stderr.write(`${line}\n`)

function runOn(place: Place): Promise<Ran> {
  const { focus, skip, minutes, verbose } = options
  const args = argumentsFor({ ...place, focus: focus ?? groups[group].focus, skip, minutes: Number(minutes), verbose })
  return place.run(args, (bytes) => process.stderr.write(bytes), interrupted.signal)
}

async function runOnEmbedded(assets: string): Promise<Ran> {
  const staged = await stageProgram(assets, openProgram())
  try {
    say('embedded: making a cluster')
    const { cluster, end } = await createCluster('embedded', staged.assets, interrupted.signal)
    try {
      const died = cluster.died.then((reason): never => {
        throw new LabError('cluster-failed', `The cluster died: ${reason}`)
      })
      return await Promise.race([runOn(onLaptop(cluster)), died])
    } finally {
      await end()
    }
  } finally {
    staged.remove()
  }
}

async function runOnKubeconfig(kubeconfig: string): Promise<Ran> {
  if (!existsSync(kubeconfig)) throw new LabError('bad-request', `There is no kubeconfig ${kubeconfig}.`)
  const place = await onThisMachine(resolve(kubeconfig), openProgram())
  try {
    return await runOn(place)
  } finally {
    place.end()
  }
}

const { root, assets } = readInstallation()
const own = join(root, 'scripts/upstream')
const explanations = readExplanations(join(own, 'explanations.yaml'))

/** kind's column is there before its first run: it is what ours is compared with. */
function writePage({ specs, versions }: Report): void {
  const results = join(own, 'results')
  const fileOf = (name: string) => join(results, `${name}.json`)
  const read = (name: string): SavedRuns => (existsSync(fileOf(name)) ? JSON.parse(readFileSync(fileOf(name), 'utf8')) : {})
  const command = `npm run test:upstream --${options.kubeconfig ? ` --kubeconfig FILE --as ${column}` : ''} --group ${group} --write`
  const old = read(column)
  const date = new Date().toISOString().slice(0, 10)
  const saved = { ...old, [group]: { command, versions, specs: mergeRuns(old[group], specs, date) } }
  mkdirSync(results, { recursive: true })
  writeFileSync(fileOf(column), `${JSON.stringify(saved, null, 2)}\n`)
  const columns = [...new Set(['embedded', 'kind', column])].map((name) => ({ name, runs: read(name) }))
  writeFileSync(join(root, 'docs/conformance.md'), conformancePage(columns, explanations))
}

try {
  const { code, report } = await (options.kubeconfig ? runOnKubeconfig(options.kubeconfig) : runOnEmbedded(assets))
  interrupted.signal.throwIfAborted()
  if (report === undefined) throw new LabError('command-failed', `The e2e binary ended with ${code} and left no report.`)
  const run = readReport(report, group)
  const { unexplained, idle } = judge(run.specs, column, explanations)
  for (const { name, message } of unexplained) say(`failed: ${name}\n    ${(message ?? '').replaceAll('\n', '\n    ')}`)
  for (const { name } of idle) say(`passed, although explanations.yaml says why not: ${name}`)
  const count = (state: SpecResult['state']) => run.specs.filter((spec) => spec.state === state).length
  say(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} not run`)
  if (options.write) writePage(run)
  // a failure outside the specs, for instance before the first, shows in the binary's own words
  if (code !== 0 && count('failed') === 0)
    throw new LabError('command-failed', `The e2e binary ended with ${code}, and no spec of the group failed.`)
  process.exitCode = unexplained.length + idle.length > 0 ? 1 : 0
} catch (error) {
  const { message, hint } = toErrorBody(error)
  say(`${message}${hint ? `\n${hint}` : ''}`)
  process.exitCode = 1
}
