// Loading a node image with an engine that is a script: every kind of archive, what engines print, what is missing.
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readClusters, readMemory } from './cluster-list.ts'
import { rememberedImageFile } from './kind-release.ts'
import { loadNodeImage, readLoadedNames } from './node-image.ts'

let folder: string
let bin: string
let tar: Buffer

/** An engine that keeps what it is given to load, and says what an engine would. */
async function engine({
  printed = 'Loaded image: kindest/node:v1.37.1',
  entrypoint = '/usr/local/bin/entrypoint',
  version = 'v1.37.1',
} = {}) {
  const program = join(bin, 'docker')
  const inspected = JSON.stringify([{ Id: 'sha256:abc', Config: { Entrypoint: [entrypoint] } }])
  const script = `#!/bin/sh
case "$1" in
  load) /bin/cat > '${folder}/loaded'; echo '${printed}';;
  image) echo '${inspected}';;
  run) echo '${version}';;
  tag) echo "$2 $3" > '${folder}/tagged';;
esac
`
  await writeFile(program, script)
  await chmod(program, 0o755)
  return { name: 'docker', program, version: '28' } as const
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podwire-image-'))
  bin = join(folder, 'bin')
  await mkdir(bin)
  execFileSync('tar', ['--format=ustar', '-cf', join(folder, 'a.tar'), '-C', folder, 'bin'])
  tar = await readFile(join(folder, 'a.tar'))
})
afterEach(() => rm(folder, { recursive: true }))

const places = (path = bin) => ({ env: {}, cache: join(folder, 'cache'), path })
const remembered = () => readFile(rememberedImageFile(join(folder, 'cache')), 'utf8')

describe('loading a node image', () => {
  it('hands a tar and a tar.gz to the engine as they are, and remembers the name', async () => {
    const gz = gzipSync(tar)
    await writeFile(join(folder, 'a.tar.gz'), gz)
    for (const [name, bytes] of [
      ['a.tar', tar],
      ['a.tar.gz', gz],
    ] as const) {
      const image = await loadNodeImage(join(folder, name), { ...places(), engine: await engine() })
      expect(image).toEqual({ name: 'kindest/node:v1.37.1', id: 'sha256:abc', version: 'v1.37.1' })
      expect((await readFile(join(folder, 'loaded'))).equals(bytes)).toBe(true)
    }
    expect(await remembered()).toBe('kindest/node:v1.37.1\n')
  })

  it('unpacks zstd itself, and says how to get zstd where there is none', async () => {
    const packed = join(folder, 'a.tar.zst')
    // only the first bytes say what it is; unpacking is a script here
    await writeFile(packed, Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]))
    await expect(loadNodeImage(packed, { ...places(), engine: await engine() })).rejects.toMatchObject({
      code: 'runtime-unavailable',
      message: expect.stringContaining('packed with zstd, which is not installed'),
      hint: expect.stringContaining('apt-get install -y zstd'),
    })
    await writeFile(join(bin, 'zstd'), '#!/bin/sh\n/bin/cat > /dev/null; echo unpacked\n')
    await chmod(join(bin, 'zstd'), 0o755)
    await loadNodeImage(packed, { ...places(), engine: await engine() })
    expect(await readFile(join(folder, 'loaded'), 'utf8')).toBe('unpacked\n')
    await writeFile(join(bin, 'zstd'), '#!/bin/sh\necho it is corrupt >&2; exit 1\n')
    await expect(loadNodeImage(packed, { ...places(), engine: await engine() })).rejects.toThrow(/zstd -dc failed .*it is corrupt/)
  })

  it('refuses what is no archive and what is not there', async () => {
    await writeFile(join(folder, 'text'), 'hello')
    await expect(loadNodeImage(join(folder, 'text'), { ...places(), engine: await engine() })).rejects.toMatchObject({
      code: 'bad-request',
    })
    await expect(loadNodeImage(join(folder, 'gone'), { ...places(), engine: await engine() })).rejects.toThrow(
      /gone cannot be read: ENOENT/,
    )
    await expect(loadNodeImage(folder, { ...places(), engine: await engine() })).rejects.toMatchObject({ code: 'bad-request' })
  })

  it('refuses an image that is no kind node, notes another Kubernetes, names one without a name', async () => {
    const load = async (options: Parameters<typeof engine>[0]) =>
      loadNodeImage(join(folder, 'a.tar'), { ...places(), engine: await engine(options) })
    await expect(load({ entrypoint: '/bin/sh' })).rejects.toMatchObject({ message: expect.stringContaining('holds no kind node image') })
    await expect(load({ version: 'no version' })).rejects.toMatchObject({ code: 'bad-request' })
    expect((await load({ version: 'v1.30.2' })).note).toBe('labs are written for Kubernetes 1.37; this image has v1.30.2')
    const id = `sha256:${'0123456789abcdef'.repeat(4)}`
    expect((await load({ printed: `Loaded image ID: ${id}` })).name).toBe('podwire-node:0123456789ab')
    expect(await readFile(join(folder, 'tagged'), 'utf8')).toBe(`${id} podwire-node:0123456789ab\n`)
    await expect(load({ printed: 'hm' })).rejects.toMatchObject({ code: 'command-failed' })
  })
})

it('reads the names in what docker and podman print', () => {
  expect(readLoadedNames('Loaded image: a/b:1\nLoaded image: c:2\n')).toEqual({ names: ['a/b:1', 'c:2'], ids: [] })
  expect(readLoadedNames('Loaded image(s): localhost/a:1,localhost/b:1')).toEqual({ names: ['localhost/a:1', 'localhost/b:1'], ids: [] })
  expect(readLoadedNames('Loaded image ID: sha256:12')).toEqual({ names: [], ids: ['sha256:12'] })
  expect(readLoadedNames('Loaded image: sha256:12')).toEqual({ names: [], ids: ['sha256:12'] })
})

it('reads clusters and memory in what docker and podman print', () => {
  const label = 'io.x-k8s.kind.cluster'
  const docker = (name: string, cluster: string) => JSON.stringify({ Names: name, State: 'running', Labels: `x=y,${label}=${cluster}` })
  const podman = JSON.stringify({ Names: ['podwire-b-worker'], State: 'Exited', Labels: { [label]: 'podwire-b' } })
  const host = JSON.stringify({ Names: 'podwire-b-laptop', State: 'running', Labels: 'podwire.lab=b' })
  const other = JSON.stringify({ Names: 'db', State: 'running', Labels: null })
  const text = [
    docker('podwire-a-worker', 'podwire-a'),
    docker('podwire-a-control-plane', 'podwire-a'),
    podman,
    docker('k', 'kind'),
    host,
    other,
  ].join('\n')
  expect(readClusters(text)).toEqual([
    { name: 'podwire-a', nodes: ['podwire-a-control-plane', 'podwire-a-worker'].map((name) => ({ name, state: 'running' })) },
    {
      name: 'podwire-b',
      nodes: [
        { name: 'podwire-b-laptop', state: 'running' },
        { name: 'podwire-b-worker', state: 'exited' },
      ],
    },
  ])
  expect([...readMemory('a\t1.5GiB / 23.5GiB\nb\t455MB / 1GB\nc\t-- / --')]).toEqual([
    ['a', 1.5 * 1024 ** 3],
    ['b', 455e6],
  ])
})
