// Installs the one kind release that labs use into the project's cache: the official binary, else a build by Go. Called by `podwire kind install`.
import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LabError } from '../../spec/errors.ts'
import { runCommand } from '../../system/command.ts'
import { findProgram } from '../../system/programs.ts'
import { cachedKind, kindVersion } from './kind-release.ts'
import { kindVersionOf, type ToolPlaces } from './tool-facts.ts'

export interface InstallOptions extends ToolPlaces {
  signal?: AbortSignal
  /** called with a sentence per step */
  onLine?(line: string): void
}

export interface InstalledKind {
  program: string
  version: string
  /** `cache`: it was there already */
  from: 'cache' | 'release' | 'go'
}

const releases = 'https://kind.sigs.k8s.io/dl'
const answerMs = 20_000
const downloadMs = 300_000
const goMs = 600_000
const quickMs = 5_000

/** Installs kind unless it is there. Throws LabError runtime-unavailable that says what was tried and what to do. */
export async function installKind({ env, cache, path, signal, onLine = () => {} }: InstallOptions): Promise<InstalledKind> {
  const program = cachedKind(cache)
  if ((await kindVersionOf(program)) === kindVersion) return { program, version: kindVersion, from: 'cache' }
  const folder = dirname(program)
  await makeFolder(dirname(folder))
  // a folder beside the final place: a rename is all or nothing, whoever else installs at the same time
  const draft = await mkdtemp(`${folder}.`)
  const tried: string[] = []
  try {
    const ways = [
      { from: 'release' as const, get: () => fetchRelease(draft, env.PODWIRE_KIND_BASE_URL || releases, onLine, signal) },
      { from: 'go' as const, get: () => buildWithGo(draft, { env, path, signal, onLine }) },
    ]
    for (const { from, get } of ways) {
      try {
        await get()
        const found = await kindVersionOf(join(draft, 'kind'))
        if (found !== kindVersion) throw new Error(found ? `it is kind ${found}` : 'it does not run here')
      } catch (error) {
        signal?.throwIfAborted()
        const reason = reasonOf(error)
        onLine(`  did not work: ${reason}`)
        tried.push(`${from === 'go' ? 'building with Go' : 'the official release'}: ${reason}`)
        continue
      }
      await mkdir(folder, { recursive: true })
      await rename(join(draft, 'kind'), program)
      return { program, version: kindVersion, from }
    }
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  throw new LabError('runtime-unavailable', `kind v${kindVersion} could not be installed (${tried.join('; ')}).`, {
    hint: `Without a network, bring kind v${kindVersion} from another machine and put it at ${program}, or set PODWIRE_KIND to it.`,
  })
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o755 })
  } catch (error) {
    throw new LabError('bad-request', `${path} cannot be made: ${(error as Error).message}`, {
      hint: 'Set PODWIRE_CACHE_DIR to a folder of your own.',
      cause: error,
    })
  }
}

/** fetch hides why behind "fetch failed". */
const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error
  return (cause instanceof Error && cause.message && !(error instanceof LabError) ? cause.message : message).replace(/\.$/, '')
}

/** The release file, checked against the checksum that is published beside it. */
async function fetchRelease(folder: string, base: string, onLine: (line: string) => void, signal: AbortSignal | undefined): Promise<void> {
  const processor = { x64: 'amd64', arm64: 'arm64' }[process.arch as string]
  if (process.platform !== 'linux' || !processor) throw new Error(`there is none for ${process.platform} on ${process.arch}`)
  const url = `${base}/v${kindVersion}/kind-linux-${processor}`
  onLine(`Fetching kind v${kindVersion} from ${url}`)
  const published = (await get(`${url}.sha256sum`, answerMs, signal, () => {})).toString().trim().split(/\s/)[0]
  const binary = await get(url, downloadMs, signal, onLine)
  const found = createHash('sha256').update(binary).digest('hex')
  if (found !== published) throw new Error(`${url} does not match its published checksum`)
  await writeFile(join(folder, 'kind'), binary)
  await chmod(join(folder, 'kind'), 0o755)
}

async function get(url: string, ms: number, signal: AbortSignal | undefined, onLine: (line: string) => void): Promise<Buffer> {
  const limit = AbortSignal.timeout(ms)
  const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, limit]) : limit })
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`)
  const total = Number(response.headers.get('content-length')) || undefined
  const chunks: Uint8Array[] = []
  let bytes = 0
  let saidMs = performance.now()
  for await (const chunk of response.body) {
    chunks.push(chunk)
    bytes += chunk.length
    if (performance.now() - saidMs < quickMs) continue
    saidMs = performance.now()
    onLine(`  ${megabytes(bytes)}${total ? ` of ${megabytes(total)}` : ''} MB`)
  }
  return Buffer.concat(chunks)
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1)

/** The same program out of the Go module, which Go checks against its own checksum database. */
async function buildWithGo(
  folder: string,
  { env, path, signal, onLine }: Required<Pick<InstallOptions, 'env' | 'path' | 'onLine'>> & { signal: AbortSignal | undefined },
): Promise<void> {
  const go = findProgram('go', path)
  if (!go) throw new Error('Go is not installed')
  onLine(`Building kind v${kindVersion} with ${go}, which takes a minute`)
  await runCommand([go, 'install', `sigs.k8s.io/kind@v${kindVersion}`], {
    // the folder is no repository, and a go.mod above it would be another project's
    env: { ...env, GOBIN: folder, GOFLAGS: `${env.GOFLAGS ?? ''} -buildvcs=false`.trim(), GO111MODULE: 'on' },
    cwd: folder,
    signal,
    timeoutMs: goMs,
    onLine: (line) => onLine(`  ${line}`),
  })
}
