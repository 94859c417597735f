// `npm run parity`: plays the transcript on both runtimes, compares, explains, reports. Composition root; bundled by scripts/parity.mjs.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { toErrorBody } from '../../labs/spec/errors.ts'
import { readInstallation } from '../../labs/system/installation.ts'
import { createCluster } from './clusters.ts'
import { compare } from './compare.ts'
import { judge, readExplanations } from './explanations.ts'
import { play, type Recording } from './play.ts'
import { counts, markdownReport, type Outcome, terminalReport } from './report.ts'
import { readTranscript, type Section } from './transcript.ts'

const help = `Usage: npm run parity -- [options]

Plays one transcript on kind and on embedded and prints the differences that nothing explains.
Exits with 1 when there are any, or when an explanation explains nothing any more.

  --only <section>    play this section only; may be repeated
  --runtime <name>    kind or embedded, twice (default kind, embedded); or a file that --save wrote
  --save <folder>     keep what was played as <folder>/<runtime>.json
  --json              print everything as JSON
  --write             write docs/parity.md
`
const fail = (message: string): never => {
  process.stderr.write(`${message}\n\n${help}`)
  process.exit(2)
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string', multiple: true, default: [] },
        runtime: { type: 'string', multiple: true, default: ['kind', 'embedded'] },
        save: { type: 'string' },
        json: { type: 'boolean', default: false },
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

const { root, assets } = readInstallation()
const folder = join(root, 'scripts/parity')
const transcript = readTranscript(join(folder, 'transcript'))
const unknown = options.only.filter((name) => !transcript.some((section) => section.name === name))
if (unknown.length > 0) fail(`There is no section ${unknown.join(', ')}; there are ${transcript.map(({ name }) => name).join(', ')}.`)
const [first = '', second = '', ...others] = options.runtime
if (!second || others.length > 0) fail('Two runtimes are compared: name two with --runtime, or none.')
if (options.write && options.only.length > 0) fail('--write reports on the whole transcript: leave out --only.')
const sections = transcript.filter(({ name }) => options.only.length === 0 || options.only.includes(name))

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupted.abort(new Error('interrupted')))
const say = (line: string) => process.stderr.write(`${line}\n`)

async function record(runtime: string, given: readonly Section[]): Promise<Recording> {
  if (runtime.endsWith('.json')) {
    const recording = JSON.parse(readFileSync(runtime, 'utf8')) as Recording
    // what is not typed any more says nothing, and the transcript may have learnt which order counts
    const played = recording.played.flatMap((one) => {
      const known = given.find(({ name }) => name === one.section)?.commands.find(({ on, run }) => on === one.on && run === one.run)
      return known ? [{ ...one, unordered: known.unordered }] : []
    })
    return { ...recording, played }
  }
  if (runtime !== 'kind' && runtime !== 'embedded') return fail(`There is no runtime ${runtime}.`)
  say(`${runtime}: making a cluster`)
  const { cluster, end } = await createCluster(runtime, assets, interrupted.signal)
  try {
    const stopped = new Promise<never>((_, reject) => {
      interrupted.signal.addEventListener('abort', () => reject(interrupted.signal.reason))
    })
    stopped.catch(() => {})
    say(`${runtime}: playing ${given.length} sections`)
    const recording = await Promise.race([play(runtime, cluster, given), stopped])
    if (options.save) writeFileSync(join(options.save, `${runtime}.json`), `${JSON.stringify(recording, null, 1)}\n`)
    return recording
  } finally {
    await end()
  }
}

// most of the time is spent waiting
const playing = [first, second].map((runtime) =>
  record(runtime, sections).catch((error) => {
    interrupted.abort(error) // the other cluster is not left behind
    throw error
  }),
)
const recordings = await Promise.all(playing).catch(async (error) => {
  await Promise.allSettled(playing)
  const { message, hint } = toErrorBody(error)
  process.stderr.write(`${message}\n${hint ? `${hint}\n` : ''}`)
  process.exit(1)
})
const [one, two] = recordings as [Recording, Recording]
const comparison = compare(one, two)
const names = recordings.map(({ runtime }) => runtime).join(' ')
// explanations are about kind and embedded; a runtime that differs from itself has no excuse
const explanations = names === 'kind embedded' ? readExplanations(join(folder, 'explanations.yaml')) : []
const outcome: Outcome = {
  first: one,
  second: two,
  comparison,
  verdict: judge(comparison.differences, explanations),
  judgesIdle: options.only.length === 0,
}
const found = counts(outcome)
if (options.json) {
  const judgements = outcome.verdict.judgements.map(({ difference, explanations: why, left }) => ({
    ...difference,
    why: why.map((e) => e.why),
    left,
  }))
  const troubles = recordings.flatMap(({ troubles: list }) => list)
  process.stdout.write(`${JSON.stringify({ ...found, troubles, differences: judgements }, null, 2)}\n`)
} else process.stdout.write(terminalReport(outcome))
if (options.write) {
  const kubectl = JSON.parse(
    execFileSync(join(assets, 'skel/opt/podwire/bin/kubectl'), ['version', '--client', '-o', 'json'], { encoding: 'utf8' }),
  )
  const versions = {
    'Kubernetes on kind': one.facts.kubernetes,
    embedded: two.facts.kubernetes,
    kubectl: kubectl.clientVersion.gitVersion as string,
    Linux: release(),
    'Node.js': process.versions.node,
  }
  writeFileSync(join(root, 'docs/parity.md'), markdownReport(outcome, explanations, versions, new Date().toISOString().slice(0, 10)))
}
const isBad = found.unexplained + found.idleExplanations > 0 || recordings.some(({ troubles }) => troubles.length > 0)
process.exitCode = isBad ? 1 : 0
