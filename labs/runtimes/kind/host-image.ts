// The image of everything in a kind lab that is no node: its root folder is the skeleton of embedded labs, /usr is this machine's, mounted
// read-only. Made on this machine without a registry. Used by create.ts.
import { spawn } from 'node:child_process'
import { basename, join } from 'node:path'
import { LabError } from '../../spec/errors.ts'
import type { Engine } from './engine.ts'

const repository = 'podwire-host'

/** The image's name, made when it is not there yet; older ones that nothing uses go. Throws LabError cluster-failed, command-failed. */
export async function ensureHostImage(engine: Engine, assets: string, signal: AbortSignal): Promise<string> {
  const image = `${repository}:${basename(assets)}`
  const there = (await engine.run(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'], { signal }))
    .split('\n')
    .map((name) => name.replace(/^localhost\//, ''))
  if (there.includes(image)) return image
  await importFolder(engine, join(assets, 'skel'), image, signal)
  for (const old of there.filter((name) => name.startsWith(`${repository}:`))) {
    await engine.run(['image', 'rm', old]).catch(() => {}) // a lab of another build still uses it
  }
  return image
}

/** tar | docker import; files become root's. */
async function importFolder(engine: Engine, folder: string, image: string, signal: AbortSignal): Promise<void> {
  const tar = spawn('tar', ['-C', folder, '--owner=0', '--group=0', '--numeric-owner', '-c', '.'], { stdio: ['ignore', 'pipe', 'pipe'] })
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
