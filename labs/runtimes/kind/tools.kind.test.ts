// The tools of the kind runtime with a real engine and a real kind: found, loaded, listed, and what is said where they are not.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '../../system/command.ts'
import { listClusters } from './cluster-list.ts'
import { rememberedImageFile } from './kind-release.ts'
import { loadNodeImage, rememberImage } from './node-image.ts'
import { findEngine, findKindTools, kindEnvironment, toolPlaces } from './tools.ts'

const archive = process.env.PODWIRE_TEST_KIND_IMAGE_ARCHIVE
let cache: string
/** the very kind that other tests use, and no image named from outside */
let env: Record<string, string | undefined>

beforeAll(async () => {
  env = { ...process.env, PODWIRE_KIND: (await findKindTools()).kind.program, PODWIRE_KIND_IMAGE: undefined }
  cache = await mkdtemp(join(tmpdir(), 'podwire-tools-'))
})
afterAll(() => rm(cache, { recursive: true }))

describe('tools of the kind runtime, for real', () => {
  it('finds the engine and kind, which then works with that engine', async () => {
    const tools = await findKindTools()
    expect(tools.engine.version).toMatch(/^\d+\.\d+/)
    const { stderr } = await runCommand([tools.kind.program, 'get', 'clusters'], { env: kindEnvironment(tools) })
    expect(stderr).not.toMatch(/ERROR/)
  })

  it('says that an engine does not answer, within seconds', async () => {
    const places = { env: { ...process.env, DOCKER_HOST: 'unix:///nowhere/docker.sock', KIND_EXPERIMENTAL_PROVIDER: 'docker' } }
    await expect(findKindTools(places)).rejects.toMatchObject({
      code: 'runtime-unavailable',
      message: expect.stringContaining('Cannot connect to the Docker daemon at unix:///nowhere/docker.sock.'),
      hint: expect.stringContaining('Unset DOCKER_HOST'),
    })
  })

  it('lists clusters of labs, none of them with a name of somebody else', async () => {
    const clusters = await listClusters(await findEngine())
    expect(clusters.every(({ name, nodes }) => name.startsWith('podwire-') && nodes.length > 0)).toBe(true)
  })

  it('loads a node image and remembers it; labs use it until it is forgotten', async (context) => {
    context.skip(!archive, 'PODWIRE_TEST_KIND_IMAGE_ARCHIVE names no archive')
    const lines: string[] = []
    const places = toolPlaces({ cache, env })
    const engine = await findEngine(places)
    const image = await loadNodeImage(archive as string, { ...places, engine, onLine: (line) => lines.push(line) })
    expect(image.version).toMatch(/^v1\.\d+\.\d+/)
    expect(lines.at(-1)).toBe('  100 % read')
    expect(await readFile(rememberedImageFile(cache), 'utf8')).toBe(`${image.name}\n`)
    expect((await findKindTools(places)).image).toBe(image.name)
    await rememberImage(cache, undefined)
    expect((await findKindTools(places)).image).toBeUndefined()
  })

  it('says that a remembered image is gone', async () => {
    await rememberImage(cache, 'podwire-node:gone')
    await expect(findKindTools({ cache, env })).rejects.toMatchObject({ message: expect.stringContaining('podwire-node:gone') })
    await rememberImage(cache, undefined)
  })

  it('refuses an image that is no kind node, and remembers nothing', async () => {
    const places = toolPlaces({ cache })
    const engine = await findEngine(places)
    // an image of one file, made here: docker import takes a folder's tar
    const [source, saved, name] = [join(cache, 'root.tar'), join(cache, 'other.tar'), 'podwire-test-other:1']
    await writeFile(join(cache, 'file'), 'x')
    await runCommand(['tar', '-cf', source, '-C', cache, 'file'])
    await runCommand([engine.program, 'import', source, name])
    try {
      await runCommand([engine.program, 'save', '-o', saved, name])
      await expect(loadNodeImage(saved, { ...places, engine })).rejects.toMatchObject({
        code: 'bad-request',
        message: expect.stringContaining(`holds no kind node image: it has`),
        hint: expect.stringContaining('rmi'),
      })
      await expect(readFile(rememberedImageFile(cache))).rejects.toMatchObject({ code: 'ENOENT' })
    } finally {
      await runCommand([engine.program, 'rmi', name])
    }
  })

  it("gives the engine's words for an archive that is cut off", async (context) => {
    context.skip(!archive, 'PODWIRE_TEST_KIND_IMAGE_ARCHIVE names no archive')
    const places = toolPlaces({ cache })
    const cut = join(cache, 'cut.tar.zst')
    await writeFile(cut, (await readFile(archive as string)).subarray(0, 3_000_000))
    await expect(loadNodeImage(cut, { ...places, engine: await findEngine(places) })).rejects.toMatchObject({ code: 'command-failed' })
  })
})
