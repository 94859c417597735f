// `npm run test:kind`: sees to docker, kind and a node image, runs the tests that need real kind clusters and the proofs on kind, leaves the machine as it was. No dependencies.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { setUp } from './setup.mjs'
import { root, SetupError, say } from './terminal.mjs'
import { obtainEngine } from './test-docker.mjs'
import { createResults } from './test-results.mjs'

const help = `Usage: npm run test:kind -- [--yes]

Runs the tests that need kind clusters, and the proofs on kind. Without docker or podman they are skipped; as root it installs and starts docker.

  --yes   install missing system packages without asking (CI implies it)

Environment: PODWIRE_KIND (the kind program; else npx podwire kind install), PODWIRE_TEST_KIND_IMAGE_ARCHIVE (loaded when there is no node
image), PODWIRE_TEST_DOCKERD (a program that starts docker, and stops it with --stop), PODWIRE_REQUIRE_KIND=1 (fail instead of skipping).`

const { values: chosen } = parseArgs({ options: { yes: { type: 'boolean', default: Boolean(process.env.CI) }, help: { type: 'boolean' } } })
if (chosen.help) {
  say(help)
  process.exit(0)
}

const results = createResults()
let isInterrupted = false
// without a listener a signal would end this program before it has tidied up
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    isInterrupted = true
  })

/** `podwire … --json`; throws SetupError with the command's own words. */
function podwire(args, { env = {}, mayFail = false } = {}) {
  const r = spawnSync(process.execPath, [join(root, 'bin/podwire.mjs'), ...args, '--json'], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  if (r.stdout.trim() && (r.status === 0 || mayFail)) return JSON.parse(r.stdout.trim().split('\n').at(-1))
  const error = /^\{"error":(.*)\}$/m.exec(r.stderr)?.[1]
  const { message, hint } = error ? JSON.parse(error) : { message: r.stderr.trim() }
  throw new SetupError(`${message}${hint ? ` → ${hint}` : ''}`)
}
const status = () => podwire(['kind', 'status'], { mayFail: true })

/** Why the tests cannot run; with PODWIRE_REQUIRE_KIND that is a failure. */
const cannotRun = (reason) => results.add('kind', process.env.PODWIRE_REQUIRE_KIND === '1' ? 'failed' : 'skipped', reason)

/** A node image for the tests: the one that labs would use, else the archive's. Returns how to take it away again. */
function obtainImage(engine) {
  const archive = process.env.PODWIRE_TEST_KIND_IMAGE_ARCHIVE
  const { image, findings } = status()
  if ((image && findings.find(({ id }) => id === 'kind-image')?.ok) || !archive) return () => {}
  const ids = () => spawnSync(engine.program, ['images', '--quiet', '--no-trunc'], { encoding: 'utf8' }).stdout
  const before = ids()
  say(`Loading the node image from ${archive}`)
  // what labs use outside the tests stays as it is
  const loaded = podwire(['kind', 'load', archive], { env: { PODWIRE_CACHE_DIR: join(results.folder, 'cache') } }).image
  process.env.PODWIRE_KIND_IMAGE = loaded.name
  if (before.includes(loaded.id)) return () => {}
  return () => void spawnSync(engine.program, ['rmi', loaded.name], { stdio: 'ignore' })
}

/** Tests run kind through a program that notes its words: other clusters of this machine are none of ours. */
function watchKind(program) {
  const folder = join(results.folder, 'kind')
  const log = join(folder, 'log')
  const wrapper = join(folder, 'kind')
  mkdirSync(folder)
  writeFileSync(wrapper, `#!/bin/sh\necho "$*" >> '${log}'\nexec '${program}' "$@"\n`)
  chmodSync(wrapper, 0o755)
  process.env.PODWIRE_KIND = wrapper
  return () => {
    const words = existsSync(log) ? readFileSync(log, 'utf8') : ''
    const created = [...words.matchAll(/^create cluster.*--name[ =](\S+)/gm)].map(([, name]) => name)
    return status()
      .clusters.filter(({ name }) => created.includes(name))
      .map(({ name }) => name)
  }
}

function deleteClusters(names, program, engine) {
  const ask = (...args) => spawnSync(engine.program, args, { encoding: 'utf8' }).stdout
  for (const name of names) {
    say(`Deleting ${name}, which a test has left`)
    spawnSync(program, ['delete', 'cluster', '--name', name], {
      stdio: 'inherit',
      env: { ...process.env, KIND_EXPERIMENTAL_PROVIDER: engine.name },
    })
    // kind knows nothing of a lab's outside hosts and of its network
    const hosts = ask('ps', '--all', '--quiet', '--filter', `label=podwire.lab=${name.replace('podwire-', '')}`)
      .split('\n')
      .filter(Boolean)
    if (hosts.length) ask('rm', '--force', '--volumes', ...hosts)
    ask('network', 'rm', name)
  }
}

async function testOn() {
  const { engine, kind: found } = status()
  const { program } = found ?? podwire(['kind', 'install'])
  const removeImage = obtainImage(engine)
  const left = watchKind(program)
  say(`${engine.name} ${engine.version}, ${program}, ${process.env.PODWIRE_KIND_IMAGE ?? status().image ?? "kind's own image"}`)
  try {
    // the proofs last: they say little where the runtime itself does not work
    say('\n── kind')
    results.vitest('kind', ['--exclude', 'labs/proof/**'])
    await delay(0) // lets a signal be noticed
    if (isInterrupted) return results.add('kind', 'failed', 'it was interrupted')
    say('\n── proofs on kind')
    results.vitest('kind', ['labs/proof'])
  } finally {
    const names = left()
    // a test that leaves a cluster has a fault of its own
    if (names.length && !isInterrupted) results.add('kind: clusters', 'failed', `left behind: ${names.join(', ')}`)
    deleteClusters(names, program, engine)
    removeImage()
  }
}

let engine
try {
  const { facts } = await setUp({ yes: chosen.yes })
  engine = await obtainEngine({ podwire: (args) => podwire(args, { mayFail: true }), facts, yes: chosen.yes })
  if (engine.reason) cannotRun(engine.reason)
  else {
    try {
      await testOn()
    } catch (error) {
      if (!(error instanceof SetupError)) throw error
      cannotRun(error.message)
    }
  }
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  results.add('set-up', 'failed', error.message)
} finally {
  await engine?.stop?.()
  results.close()
}
process.exit(results.finish())
