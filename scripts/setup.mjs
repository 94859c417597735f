// The set-up that `npm start` and `npm test` share: system packages, npm packages, kubectl, build, staged assets. Each step is skipped when nothing changed. No dependencies.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { makeFolders } from '../labs/system/make-folders.mjs'
import { installCommand, judge, missingPackages, report, verdict } from './doctor.mjs'
import { findCommand, gatherFacts } from './facts.mjs'
import { ensureKubectl } from './kubectl.mjs'

export const root = join(import.meta.dirname, '..')
/** The same rule as labs/system/folders.ts, which cannot be imported before anything is built. */
export const cacheFolder = () =>
  process.env.PODWIRE_CACHE_DIR ||
  (process.getuid?.() === 0 ? '/var/cache/podwire' : join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'podwire'))

/** Before minutes are spent on packages and a build. */
function checkCacheFolder() {
  const path = cacheFolder()
  try {
    makeFolders(path, 0o755)
  } catch (error) {
    throw new SetupError(`The cache folder ${path} cannot be made: ${error.message}\n→ Set PODWIRE_CACHE_DIR to a folder of your own.`)
  }
}

export const say = (line) => process.stdout.write(`${line}\n`)

/** A failure a person can mend: printed without a stack. */
export class SetupError extends Error {}

/** Runs a command with its output shown; throws SetupError with the mend. */
export function run(argv, { mend, env = {}, cwd = root, quiet = false } = {}) {
  const [file, ...args] = argv
  const r = spawnSync(file, args, {
    cwd,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
  if (r.status === 0) return
  const output = quiet ? `\n${r.stdout ?? ''}${r.stderr ?? ''}` : ''
  throw new SetupError(
    `${argv.join(' ')} failed${r.error ? `: ${r.error.message}` : r.status === null ? ` (${r.signal})` : ` with exit code ${r.status}`}.${output}${mend ? `\n→ ${mend}` : ''}`,
  )
}

async function ask(question) {
  const reader = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await reader.question(`${question} [Y/n] `)
  reader.close()
  return /^(y|yes|)$/i.test(answer.trim())
}

/** Installs Debian packages where it may: as root, or with sudo after asking. Throws SetupError with the one command where it may not. */
export async function installPackages(facts, names, yes) {
  const command = installCommand(facts, names)
  say(`Missing system packages: ${names.join(', ')}`)
  const may =
    facts.commands['apt-get'] &&
    (facts.uid === 0 || (facts.commands.sudo && (yes || (process.stdin.isTTY && (await ask(`Install them with: ${command}`))))))
  if (!may) {
    const manager = facts.commands['apt-get'] ? `Run: ${command}` : `Install with your package manager: ${names.join(', ')}`
    throw new SetupError(`${manager}\nthen run this again. (--yes installs them without asking.)`)
  }
  const apt = [...(facts.uid === 0 ? [] : ['sudo']), 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get']
  run([...apt, 'update', '-qq'], { mend: 'Check the network and the package sources.' })
  run([...apt, 'install', '-y', '-qq', '--no-install-recommends', ...names], { mend: `Run: ${command}` })
}

/** Installs what is missing of what labs need. Returns the facts as they are then. */
async function ensurePackages({ yes = false, extra = [], port, host } = {}) {
  const gather = () => gatherFacts({ port, host, cacheFolder: cacheFolder() })
  const facts = await gather()
  if (facts.platform !== 'linux') return facts
  const names = [...missingPackages(facts), ...extra.filter((p) => !facts.commands[p])]
  if (names.length === 0) return facts
  await installPackages(facts, names, yes)
  return gather()
}

const hashOf = (paths) => {
  const hash = createHash('sha256')
  const add = (path) => {
    if (!existsSync(path)) return
    const entries = readdirSync(path, { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const child = join(path, entry.name)
      if (entry.isDirectory()) add(child)
      else hash.update(child).update(readFileSync(child))
    }
  }
  for (const path of paths) {
    const full = join(root, path)
    if (existsSync(full) && !path.includes('.')) add(full)
    else if (existsSync(full)) hash.update(path).update(readFileSync(full))
  }
  return hash.digest('hex')
}

/** Runs `work` unless the stamp file already holds `value`. */
async function stamped(stamp, value, work) {
  const path = join(root, stamp)
  if (existsSync(path) && readFileSync(path, 'utf8') === value) return false
  await work()
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, value)
  return true
}

async function ensureNodeModules() {
  // the Node version counts: better-sqlite3 is compiled for it
  const value = `${hashOf(['package-lock.json'])} ${process.versions.modules}`
  await stamped('node_modules/.podwire-installed', value, () => {
    say('Installing npm packages (a minute or two the first time)')
    run(['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { mend: 'Check the network, then run npm start again.' })
  })
}

/** Bundles the programs and the pages, and stages what a lab's sandbox needs. */
async function ensureBuild({ facts, labs, yes }) {
  const sources = hashOf([
    'labs',
    'app',
    'content',
    'scripts',
    'public',
    'next.config.ts',
    'postcss.config.mjs',
    'package-lock.json',
    'tsconfig.json',
  ])
  await stamped('dist/.built', `${sources} ${process.versions.modules}`, async () => {
    say('Building')
    run([process.execPath, 'scripts/build.mjs'])
    run([process.execPath, 'node_modules/next/dist/bin/next', 'build'], {
      env: { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
      quiet: true,
    })
  })
  if (!labs) return
  const kubectl = await ensureKubectl({
    cacheFolder: cacheFolder(),
    log: say,
    installPip: () => installPackages(facts, ['python3-pip'], yes),
  })
  const { stageAssets } = await import('./stage.mjs')
  await stageAssets({ kubectl })
}

/** Everything up to a build that can run. Returns the verdict on this machine after it. */
export async function setUp(options = {}) {
  checkCacheFolder()
  const facts = await ensurePackages(options)
  const findings = judge(facts).filter((f) => f.id !== 'kubectl')
  const result = verdict(findings)
  if (!result.pages || (!result.labs && facts.platform === 'linux')) say(report(findings.filter((f) => !f.ok)))
  if (!result.pages) throw new SetupError(result.sentence)
  if (!result.labs) say(result.sentence)
  if (!findCommand('npm')) throw new SetupError('npm is missing. Install it beside Node.js, then run npm start again.')
  await ensureNodeModules()
  await ensureBuild({ facts, labs: result.labs, yes: options.yes })
  return { facts, ...result }
}
