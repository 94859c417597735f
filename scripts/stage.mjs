// Stages what a lab's sandbox needs into <cache>/assets-<hash>/: compiled helpers, the root folder of nodes and pods, node, the control plane, keys.
// Called by setup.mjs (npm start, npm test) and by integration tests. No dependencies; a second call with the same inputs does nothing.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync, chmodSync, constants, copyFileSync, cpSync, existsSync, linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync,
} from 'node:fs' // biome-ignore format: one list
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { makeFolders } from '../labs/system/make-folders.mjs'
import { envoyFile } from './envoy-file.mjs'
import { buildSkeleton, hostEtc } from './skeleton.mjs'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const native = join(root, 'labs/system/native')
const skeletonSource = join(root, 'labs/system/skel')
/** As in labs/runtimes/embedded/sandbox-recipe.ts: whom a lab started by root runs as. */
const labUid = 200000
/** A lab that is just starting may not show in /proc yet. */
const keepUnusedMs = 10 * 60_000
/** in each folder: the build.json files of the clones that have staged it, a line each */
const namedBy = 'named-by'
const programs = {
  labinit: 'labinit',
  'podwire-probe': 'probe',
  'podwire-tracepoint': 'tracepoint',
  'podwire-witness': 'witness',
  'podwire-workload': 'workload',
}

/** The same rule as labs/system/folders.ts, which cannot be imported before anything is built. */
const defaultCache = () =>
  process.env.PODWIRE_CACHE_DIR ||
  (process.getuid?.() === 0 ? '/var/cache/podwire' : join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'podwire'))

/** What has to be mended on the machine, in one sentence. */
export class StageError extends Error {}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}

/** Big files and the machine's own count by size and time of change. */
function stamp(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat ? `${path} ${stat.size} ${stat.mtimeMs}` : `${path} -`
}

function hashInputs({ kubectl, node, control, uid }) {
  const hash = createHash('sha256')
  const sources = readdirSync(native)
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => join(native, name))
  const own = ['stage.mjs', 'skeleton.mjs'].map((name) => join(import.meta.dirname, name))
  for (const path of [...sources.sort(), ...filesBelow(skeletonSource), ...own, control])
    hash
      .update(`${path.slice(root.length)}\0`)
      .update(readFileSync(path))
      .update('\0')
  for (const path of [kubectl, node, ...hostEtc.map((name) => join('/etc', name))]) hash.update(`${stamp(path)}\0`)
  return hash.update(String(uid)).digest('hex').slice(0, 12)
}

/** Compiles <prefix>*.c into one static program. */
async function compile(prefix, target) {
  const sources = readdirSync(native).filter((name) => name.endsWith('.c') && (name === `${prefix}.c` || name.startsWith(`${prefix}-`)))
  if (sources.length === 0) throw new StageError(`No sources ${prefix}*.c in ${native}.`)
  try {
    await run('cc', ['-O2', '-static', '-s', '-o', target, ...sources.map((name) => join(native, name))])
  } catch (error) {
    if (error.code === 'ENOENT') throw new StageError('There is no C compiler. Run: apt-get install gcc libc6-dev')
    if (/cannot find -lc\b|libc\.a/.test(error.stderr))
      throw new StageError('The static C library is missing. Run: apt-get install libc6-dev')
    throw new StageError(`cc could not compile ${prefix}*.c:\n${error.stderr}`)
  }
}

/** A CA and the API server's certificate (EC P-256, ten years), shared by this machine's labs: no lab reaches another, nor the network. */
async function makeKeys(folder) {
  mkdirSync(folder)
  const at = (name) => join(folder, name)
  const names = [
    'control-plane',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    'localhost',
  ]
  const addresses = ['127.0.0.1', '10.96.0.1', '172.18.0.2']
  const extensions = [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature',
    'extendedKeyUsage=serverAuth,clientAuth',
    `subjectAltName=${[...names.map((n) => `DNS:${n}`), ...addresses.map((a) => `IP:${a}`)].join(',')}`,
  ]
  writeFileSync(at('extensions'), extensions.join('\n'))
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const days = ['-days', '3650']
  const openssl = (...args) => run('openssl', args, { cwd: folder })
  try {
    await openssl(
      'req',
      '-x509',
      ...key,
      ...days,
      '-subj',
      '/CN=kubernetes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.crt',
      '-addext',
      'keyUsage=critical,keyCertSign,digitalSignature',
    )
    await openssl('req', '-new', ...key, '-subj', '/CN=kube-apiserver', '-keyout', 'apiserver.key', '-out', 'request')
    await openssl(
      'x509',
      '-req',
      '-in',
      'request',
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      ...days,
      '-extfile',
      'extensions',
      '-out',
      'apiserver.crt',
    )
  } catch (error) {
    if (error.code === 'ENOENT') throw new StageError('openssl is missing. Run: apt-get install openssl')
    throw new StageError(`openssl could not make the API server's certificate:\n${error.stderr}`)
  }
  for (const name of ['extensions', 'request', 'ca.srl']) rmSync(at(name), { force: true })
  for (const name of ['ca.key', 'apiserver.key']) chmodSync(at(name), 0o600)
}

async function fill(folder, { kubectl, node, control, uid }) {
  const bin = join(folder, 'bin')
  const skel = join(folder, 'skel')
  const own = join(skel, 'opt/podwire')
  mkdirSync(bin, { recursive: true, mode: 0o755 })
  buildSkeleton(skel)
  cpSync(skeletonSource, skel, { recursive: true })
  mkdirSync(join(own, 'bin'), { recursive: true })
  mkdirSync(join(own, 'share/bash-completion/completions'), { recursive: true })
  const place = (from, to) => {
    copyFileSync(from, to, constants.COPYFILE_FICLONE)
    chmodSync(to, 0o755)
  }
  place(kubectl, join(own, 'bin/kubectl'))
  place(node, join(folder, 'node'))
  copyFileSync(control, join(folder, 'control.mjs'))
  chmodSync(join(folder, 'control.mjs'), 0o644)
  await Promise.all([
    ...Object.entries(programs).map(([name, prefix]) => compile(prefix, join(bin, name))),
    makeKeys(join(folder, 'pki')),
    run(kubectl, ['completion', 'bash'], { maxBuffer: 4 << 20 }).then(({ stdout }) =>
      writeFileSync(join(own, 'share/bash-completion/completions/kubectl'), stdout),
    ),
  ])
  place(join(bin, 'podwire-workload'), join(own, 'bin/podwire-workload'))
  symlinkSync('opt/podwire/bin/podwire-workload', join(skel, 'agnhost'))
  // A file can only be changed inside a lab when its owner exists there; keys are for the control plane, which is that owner.
  if (uid === 0) await run('chown', ['-R', '-h', `${labUid}:${labUid}`, skel, join(folder, 'pki')])
}

/** Folders of earlier builds that no clone of this machine's has in its build.json, and no running bwrap names. */
function removeUnused(cache, current) {
  const others = readdirSync(cache).filter((name) => /^assets-[0-9a-f]{12}(\.\d+)?$/.test(name) && name !== current)
  if (others.length === 0) return
  const running = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return '' // ended meanwhile
      }
    })
  for (const name of others) {
    const path = join(cache, name)
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat && Date.now() - stat.mtimeMs > keepUnusedMs && !isNamed(path) && !running.some((command) => command.includes(path)))
      rmSync(path, { recursive: true, force: true })
  }
}

/** As root, labs run as another user, who must get to the folder. */
function assertReachable(cache) {
  for (let path = cache; path !== dirname(path); path = dirname(path)) {
    if ((statSync(path).mode & 0o005) !== 0o005) {
      throw new StageError(
        `${path} is closed to other users; labs started by root run as user ${labUid}. Set PODWIRE_CACHE_DIR to a folder that all may read.`,
      )
    }
  }
}

const readBuildFile = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {})

/** Whether a clone that has staged this folder would start its next lab from it. */
const isNamed = (folder) =>
  readLines(join(folder, namedBy)).some((file) => {
    try {
      return readBuildFile(file).assets === folder
    } catch {
      return false // of another user, or half written
    }
  })
const readLines = (file) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [])

function nameInBuildFile(dist, folder) {
  const file = join(dist, 'build.json')
  if (!readLines(join(folder, namedBy)).includes(file)) appendFileSync(join(folder, namedBy), `${file}\n`)
  const build = readBuildFile(file)
  if (build.assets === folder) return
  mkdirSync(dist, { recursive: true })
  writeFileSync(`${file}.${process.pid}`, JSON.stringify({ ...build, assets: folder }))
  renameSync(`${file}.${process.pid}`, file)
}

/** Where `npm run envoy` has been: a second name for the same file, which costs nothing, beside what every lab has. */
function placeEnvoy(envoy, folder) {
  const target = join(folder, 'skel/opt/podwire/bin/envoy')
  if (existsSync(target) || !existsSync(envoy)) return
  try {
    linkSync(envoy, target)
  } catch (error) {
    if (error.code === 'EXDEV') copyFileSync(envoy, target)
    else if (error.code !== 'EEXIST') throw error // else another process was faster
  }
}

/**
 * Makes the folder when its inputs changed, and names it in dist/build.json. Throws StageError with the mend.
 * @param {{kubectl: string, cache?: string, control?: string, dist?: string, envoy?: string}} options kubectl, control, envoy: paths of files, the last of one that
 *   may not be there; dist: where build.json is
 * @returns {Promise<{folder: string, hash: string}>}
 */
export async function stageAssets({
  kubectl,
  cache = defaultCache(),
  dist = join(root, 'dist'),
  control = join(dist, 'control.mjs'),
  envoy = envoyFile(cache),
}) {
  if (!existsSync(control)) throw new StageError(`${control} is not built yet. Run: node scripts/build.mjs control`)
  const uid = process.getuid?.() ?? -1
  const inputs = { kubectl, node: process.execPath, control, uid }
  const hash = hashInputs(inputs)
  const folder = join(cache, `assets-${hash}`)
  const isNew = !existsSync(folder)
  if (isNew) {
    const before = process.umask(0o022)
    const draft = `${folder}.${process.pid}`
    try {
      makeFolders(cache, 0o755)
      if (uid === 0) assertReachable(cache)
      rmSync(draft, { recursive: true, force: true })
      await fill(draft, inputs)
      try {
        renameSync(draft, folder)
      } catch (error) {
        if (!existsSync(folder)) throw error // else another process was faster, with the same inputs
      }
    } finally {
      rmSync(draft, { recursive: true, force: true })
      process.umask(before)
    }
  }
  placeEnvoy(envoy, folder)
  nameInBuildFile(dist, folder)
  if (isNew) removeUnused(cache, basename(folder)) // what this clone had before is named no longer
  return { folder, hash }
}
