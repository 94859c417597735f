// Loads a node image from an archive into the container engine and remembers it for labs: for machines without a registry. Called by `podwire kind load`.
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PassThrough, pipeline, type Readable, Transform } from 'node:stream'
import { LabError } from '../../spec/errors.ts'
import { runCommand } from '../../system/command.ts'
import { findProgram } from '../../system/programs.ts'
import { kubernetesVersion, rememberedImageFile } from './kind-release.ts'
import type { ToolPlaces } from './tool-facts.ts'
import type { KindTools } from './tools.ts'

export interface LoadOptions extends ToolPlaces {
  engine: KindTools['engine']
  signal?: AbortSignal
  /** called with a sentence per step, and with the share of the archive that is read */
  onLine?(line: string): void
}

export interface NodeImage {
  name: string
  id: string
  /** of Kubernetes, e.g. v1.37.1 */
  version: string
  /** what to say when labs are written for another Kubernetes */
  note?: string
}

type Compression = 'none' | 'gzip' | 'xz' | 'zstd'

const magics: [Compression, number, Buffer][] = [
  ['zstd', 0, Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ['gzip', 0, Buffer.from([0x1f, 0x8b])],
  ['xz', 0, Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a])],
  ['none', 257, Buffer.from('ustar')],
]

/** Loads the archive, checks that a kind node image was in it, remembers its name. Throws LabError bad-request (the archive) and runtime-unavailable (zstd is missing). */
export async function loadNodeImage(archive: string, options: LoadOptions): Promise<NodeImage> {
  const { cache, onLine = () => {} } = options
  const compression = await compressionOf(archive)
  onLine(`Loading ${archive} into ${options.engine.name}`)
  const names = await loadArchive(archive, compression, options)
  const images: NodeImage[] = []
  for (const name of names) {
    const image = await inspectNodeImage(name, options)
    if (image) images.push(image)
  }
  const [image] = images
  if (!image) {
    throw new LabError('bad-request', `${archive} holds no kind node image: it has ${names.join(', ')}.`, {
      hint: `It is in ${options.engine.name} now; ${options.engine.name} rmi ${names.join(' ')} removes it. kind's node images are called kindest/node.`,
    })
  }
  await rememberImage(cache, image.name)
  return image
}

/** Labs use this image from now on; undefined: kind's own default again. */
export async function rememberImage(cache: string, name: string | undefined): Promise<void> {
  const file = rememberedImageFile(cache)
  if (name === undefined) return rm(file, { force: true })
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.${process.pid}`, `${name}\n`)
  await rename(`${file}.${process.pid}`, file)
}

/** By what the file holds, whatever it is called. */
async function compressionOf(archive: string): Promise<Compression> {
  const head = Buffer.alloc(512)
  try {
    const file = await open(archive)
    try {
      await file.read(head, 0, head.length, 0)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new LabError('bad-request', `${archive} cannot be read: ${(error as Error).message}`, {
      hint: 'Name an archive that docker save or podman save wrote.',
      cause: error,
    })
  }
  const found = magics.find(([, at, magic]) => head.subarray(at, at + magic.length).equals(magic))
  if (!found)
    throw new LabError('bad-request', `${archive} is no image archive.`, {
      hint: 'It takes what docker save or podman save wrote: .tar, .tar.gz, .tar.xz or .tar.zst.',
    })
  return found[0]
}

/** Names of the images that were in it. */
async function loadArchive(archive: string, compression: Compression, options: LoadOptions): Promise<string[]> {
  const { engine, env, path, signal } = options
  const stop = new AbortController()
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  // what fails first has the reason; what its end drags along has none
  const first = <T>(work: Promise<T>) =>
    work.catch((error): never => {
      stop.abort(error)
      throw error
    })
  const bytes = await readWithProgress(archive, options)
  const load = (input: Readable) => first(runCommand([engine.program, 'load'], { env, input, signal: either }))
  if (compression !== 'zstd') return namesOf((await load(bytes)).stdout, options)
  const zstd = findProgram('zstd', path)
  if (!zstd)
    throw new LabError('runtime-unavailable', `${archive} is packed with zstd, which is not installed.`, {
      hint: `${process.getuid?.() === 0 ? '' : 'sudo '}apt-get install -y zstd`,
    })
  // engines before 2023 cannot unpack zstd themselves
  const unpacked = new PassThrough({ highWaterMark: 1 << 20 })
  const [{ stdout }] = await Promise.all([
    load(unpacked),
    first(runCommand([zstd, '-dc'], { env, input: bytes, output: unpacked, signal: either })),
  ])
  return namesOf(stdout, options)
}

async function readWithProgress(archive: string, { onLine = () => {} }: LoadOptions): Promise<Readable> {
  const total = (await stat(archive)).size
  let bytes = 0
  let said = 0
  const counted = new Transform({
    transform(chunk, _encoding, done) {
      bytes += chunk.length
      const quarter = Math.floor((bytes * 4) / total)
      if (quarter > said) onLine(`  ${quarter * 25} % read`)
      said = quarter
      done(null, chunk)
    },
  })
  // an error ends both, and whoever reads the second one reports it
  return pipeline(createReadStream(archive, { highWaterMark: 1 << 20 }), counted, () => {})
}

/** Pure: the images in what `docker load` or `podman load` printed. */
export function readLoadedNames(printed: string): { names: string[]; ids: string[] } {
  const names: string[] = []
  const ids: string[] = []
  for (const line of printed.split('\n')) {
    const [, isId, value] = /^Loaded image( ID)?(?:\(s\))?: (.+)$/.exec(line.trim()) ?? []
    if (!value) continue
    for (const each of value.split(',')) (isId || /^sha256:/.test(each) ? ids : names).push(each.trim())
  }
  return { names, ids }
}

/** kind refers to images by name: one without gets one. */
async function namesOf(printed: string, { engine, env }: LoadOptions): Promise<string[]> {
  const { names, ids } = readLoadedNames(printed)
  for (const id of ids) {
    const name = `podwire-node:${id.replace('sha256:', '').slice(0, 12)}`
    await runCommand([engine.program, 'tag', id, name], { env })
    names.push(name)
  }
  if (names.length === 0)
    throw new LabError('command-failed', `${engine.name} load did not say what it loaded: ${printed || 'it printed nothing'}`)
  return names
}

/** Undefined for an image that is none of kind's nodes. */
async function inspectNodeImage(name: string, { engine, env, signal }: LoadOptions): Promise<NodeImage | undefined> {
  const { stdout } = await runCommand([engine.program, 'image', 'inspect', name], { env, signal })
  const { Id: id, Config: config } = JSON.parse(stdout)[0] as { Id: string; Config?: { Entrypoint?: string[] | null } }
  // what every node image of kind's starts with, since its first release
  if (config?.Entrypoint?.[0] !== '/usr/local/bin/entrypoint') return undefined
  const version = await kubernetesVersionIn(name, { engine, env, signal })
  if (!version) return undefined
  const isOther = !version.startsWith(`v${kubernetesVersion}.`)
  return {
    name,
    id,
    version,
    ...(isOther ? { note: `labs are written for Kubernetes ${kubernetesVersion}; this image has ${version}` } : {}),
  }
}

async function kubernetesVersionIn(
  name: string,
  { engine, env, signal }: Pick<LoadOptions, 'engine' | 'env'> & { signal: AbortSignal | undefined },
): Promise<string | undefined> {
  try {
    const { stdout } = await runCommand([engine.program, 'run', '--rm', '--network=none', '--entrypoint=cat', name, '/kind/version'], {
      env,
      signal,
    })
    return /^v\d+\.\d+\.\d+\S*$/.exec(stdout.trim())?.[0]
  } catch (error) {
    // another image's entrypoint may have the same name: the file tells them apart
    if (error instanceof LabError && /No such file/i.test(error.message)) return undefined
    throw error
  }
}
