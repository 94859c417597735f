// The set-up that `npm start` and `npm test` share: system packages, npm packages, kubectl, build, staged assets. Each step is skipped when nothing changed. No dependencies.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { makeFolders } from '../labs/system/make-folders.mjs'
import { judge, missingPackages, neededByAll, packagesForEbpf, report, verdict } from './doctor.mjs'
import { findCommand, gatherFacts } from './facts.mjs'
import { ensureKubectl } from './kubectl.mjs'
import { installPackages } from './system-packages.mjs'
import { root, run, SetupError, say } from './terminal.mjs'

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

/** Installs what is missing of what labs need. Returns the facts as they are then. */
async function ensurePackages({ yes = false, extra = [], ebpf = false, port, host } = {}) {
  const gather = () => gatherFacts({ port, host, cacheFolder: cacheFolder() })
  const facts = await gather()
  if (facts.platform !== 'linux') return facts
  const names = [...missingPackages(facts), ...extra.filter((p) => !facts.commands[p]), ...(ebpf ? packagesForEbpf(facts) : [])]
  if (names.length === 0) return facts
  try {
    await installPackages(facts, names, yes)
  } catch (error) {
    if (!(error instanceof SetupError) || neededByAll(names).length > 0) throw error
    say(`${error.message}\nGoing on without: some labs lack a command, or say what they need.`)
  }
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
