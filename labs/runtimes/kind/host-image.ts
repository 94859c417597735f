// The image of everything in a kind lab that is no node: its root folder is the skeleton of embedded labs, /usr is this machine's, mounted
// read-only. Made on this machine without a registry. Used by create.ts.
import { spawn } from 'node:child_process'
import { basename, join } from 'node:path'
import { LabError } from '../../spec/errors.ts'
import type { Engine } from './engine.ts'

const repository = 'podwire-host'

/** A hundred megabytes that no lab on kind runs. */
const embeddedOnly = './opt/podwire/bin/envoy'

/** Another clone on this machine, or a lab that is just being reset, may be about to use one that nothing runs now. */
const keepMs = 24 * 3_600_000

/** The image's name, made when it is not there yet; old ones that nothing uses go. Throws LabError cluster-failed, command-failed. */
export async function ensureHostImage(engine: Engine, assets: string, signal: AbortSignal): Promise<string> {
  const image = `${repository}:${basename(assets)}`
  const there = await findImages(engine, signal)
  if (there.some(({ name }) => name === image)) return image
  await importFolder(engine, join(assets, 'skel'), image, signal)
  for (const { name, madeAt } of there) {
    if (Date.now() - madeAt > keepMs) await engine.run(['image', 'rm', name]).catch(() => {}) // a lab of another build still uses it
  }
  return image
}

async function findImages(engine: Engine, signal: AbortSignal): Promise<{ name: string; madeAt: number }[]> {
  const names = (await engine.run(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'], { signal }))
    .split('\n')
    .map((name) => name.replace(/^localhost\//, ''))
    .filter((name) => name.startsWith(`${repository}:`))
  if (names.length === 0) return []
  const dates = (await engine.run(['image', 'inspect', '--format', '{{.Created}}', ...names], { signal })).trim().split('\n')
  return names.map((name, index) => ({ name, madeAt: Date.parse(dates[index] ?? '') }))
}

/** tar | docker import; files become root's. */
async function importFolder(engine: Engine, folder: string, image: string, signal: AbortSignal): Promise<void> {
  const pack = ['-C', folder, '--owner=0', '--group=0', '--numeric-owner', `--exclude=${embeddedOnly}`, '-c', '.']
  const tar = spawn('tar', pack, { stdio: ['ignore', 'pipe', 'pipe'] })
  const load = spawn(engine.program, ['import', '-', image], { stdio: ['pipe', 'ignore', 'pipe'] })
  tar.stdout.pipe(load.stdin)
  const abort = () => {
    for (const child of [tar, load]) child.kill('SIGKILL')
  }
  signal.addEventListener('abort', abort, { once: true })
  load.stdin.on('error', () => {}) // the import's own exit tells
  const ends = [tar, load].map(
    (child, index) =>
      new Promise<string | undefined>((resolve) => {
        let words = ''
        child.stderr?.on('data', (bytes) => {
          words += bytes
        })
        child.once('error', (error) => resolve(error.message))
        child.once('close', (code) =>
          resolve(code === 0 ? undefined : `${index === 0 ? 'tar' : `${engine.name} import`} failed: ${words.trim()}`),
        )
      }),
  )
  const [packed, loaded] = await Promise.all(ends)
  signal.removeEventListener('abort', abort)
  signal.throwIfAborted()
  const failed = loaded ?? packed
  if (failed) throw new LabError('cluster-failed', `The image of the lab's hosts could not be made: ${failed}`)
}
