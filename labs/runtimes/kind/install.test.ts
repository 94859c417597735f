// Installing kind from a server of our own that plays the release's, and with a go that is a script.
import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LabError } from '../../spec/errors.ts'
import { installKind } from './install.ts'
import { cachedKind } from './kind-release.ts'

const program = (version: string) => `#!/bin/sh\necho kind version ${version}\n`
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
let folder: string
let cache: string
let bin: string
let server: Server
let files: Record<string, string>
let base: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podwire-install-'))
  cache = join(folder, 'cache')
  bin = join(folder, 'bin')
  await mkdir(bin)
  files = {}
  server = createServer((request, response) => {
    const name =
      request.url
        ?.split('/')
        .at(-1)
        ?.replace(/-(amd64|arm64)/, '') ?? ''
    const body = files[name]
    response.writeHead(body === undefined ? 404 : 200).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true })
})

const install = (lines: string[] = [], signal?: AbortSignal) =>
  installKind({ env: { PODWIRE_KIND_BASE_URL: base }, cache, path: bin, onLine: (line) => lines.push(line), ...(signal ? { signal } : {}) })
const serve = (text: string, checksum = sha256(text)) => {
  files = { 'kind-linux': text, 'kind-linux.sha256sum': `${checksum}  kind-linux\n` }
}
async function script(name: string, text: string) {
  await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`)
  await chmod(join(bin, name), 0o755)
}

describe('installing kind', () => {
  it('fetches the release, checks it, and does not fetch it twice', async () => {
    serve(program('0.33.0'))
    const lines: string[] = []
    expect(await install(lines)).toEqual({ program: cachedKind(cache), version: '0.33.0', from: 'release' })
    expect(lines[0]).toContain(`${base}/v0.33.0/kind-linux-`)
    expect((await stat(cachedKind(cache))).mode & 0o777).toBe(0o755)
    files = {}
    expect((await install()).from).toBe('cache')
    expect(await readdir(join(cache, 'kind'))).toEqual(['0.33.0'])
  })

  it('builds with Go where the release cannot be had', async () => {
    // GOBIN is where Go puts it
    const text = program('0.33.0').replaceAll('\n', '\\n')
    await script('go', `echo building "$*" >&2; printf '${text}' > "$GOBIN/kind"; chmod +x "$GOBIN/kind"`)
    const lines: string[] = []
    expect(await install(lines)).toMatchObject({ from: 'go' })
    expect(lines.join('\n')).toMatch(/answered 404\nBuilding kind v0\.33\.0 with .*\n {2}building install sigs\.k8s\.io\/kind@v0\.33\.0$/)
  })

  it('takes no file that does not match its checksum, nor another version', async () => {
    serve(program('0.33.0'), sha256('something else'))
    await expect(install()).rejects.toMatchObject({ message: expect.stringContaining('does not match its published checksum') })
    serve(program('0.20.0'))
    await expect(install()).rejects.toMatchObject({ message: expect.stringContaining('it is kind 0.20.0') })
    await expect(readFile(cachedKind(cache))).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await readdir(join(cache, 'kind'))).toEqual([])
  })

  it('says what was tried and what to do without a network', async () => {
    await new Promise((resolve) => server.close(resolve))
    const error = await install().catch((error: LabError) => error)
    expect(error).toMatchObject({
      code: 'runtime-unavailable',
      message: expect.stringMatching(/the official release: connect ECONNREFUSED .*; building with Go: Go is not installed\)/),
      hint: expect.stringContaining(`put it at ${cachedKind(cache)}, or set PODWIRE_KIND to it`),
    })
    server.listen(0)
  })

  it('stops when it is interrupted, and leaves no draft', async () => {
    await script('go', 'exec /bin/sleep 60')
    const stop = new AbortController()
    const running = install([], stop.signal)
    setTimeout(() => stop.abort(new Error('enough')), 300)
    await expect(running).rejects.toThrow('enough')
    expect(await readdir(join(cache, 'kind'))).toEqual([])
  })
})
