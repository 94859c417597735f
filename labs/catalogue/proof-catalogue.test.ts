// Which proof counts, and when a scenario is no longer what was proved.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readProofs, scenarioDigest } from './proof-catalogue.ts'
import { loadCatalogue, loadScenario } from './scenario-catalogue.ts'

const scenarios = join(import.meta.dirname, '../scenarios')
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofs-'))
})
afterEach(() => rm(folder, { recursive: true }))

const proof = (scenarioId: string, ok: boolean) => ({ scenarioId, runtime: 'embedded', ok, ms: 1, digest: 'd', phases: [] })
const write = (name: string, at: string, ...proofs: object[]) =>
  writeFile(join(folder, name), JSON.stringify({ at, build: 'b', scenarios: proofs }))

it('the newest proof of a scenario counts, whichever file it is in', async () => {
  await write('all.json', '2026-01-02T00:00:00Z', proof('one', true), proof('two', true))
  await write('again.json', '2026-01-03T00:00:00Z', proof('two', false))
  expect((await readProofs(folder)).map(({ scenarioId, ok }) => [scenarioId, ok])).toEqual(
    expect.arrayContaining([
      ['one', true],
      ['two', false],
    ]),
  )
  expect(await readProofs(join(folder, 'nothing'))).toEqual([])
})

it('a broken report names its file and the mend', async () => {
  await writeFile(join(folder, 'x.json'), '{"at": "yesterday"}')
  await expect(readProofs(folder)).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining('x.json is no report') })
})

it('a scenario has another digest when its fault, a manifest or a script changes, and the same when its texts do', async () => {
  const copy = join(folder, 'sd-selector-typo')
  await mkdir(copy)
  await cp(join(scenarios, 'sd-selector-typo'), copy, { recursive: true })
  const digest = async () => scenarioDigest(await loadScenario(copy))
  const edit = async (file: string, from: string, to: string) => {
    const text = await readFile(join(copy, file), 'utf8')
    expect(text).toContain(from)
    await writeFile(join(copy, file), text.replace(from, to))
  }
  const first = await digest()
  await edit('text.en.yaml', 'Refused at once', 'Refused')
  await edit('scenario.yaml', 'minutes: 15', 'minutes: 16')
  expect(await digest()).toBe(first)
  await edit('solve.sh', 'kubectl', 'kubectl ')
  const second = await digest()
  expect(second).not.toBe(first)
  await edit('scenario.yaml', 'app: wbe', 'app: wbf')
  expect(await digest()).not.toBe(second)
})

it('the reports in the repository can be read, and are about scenarios that exist', async () => {
  const ids = (await loadCatalogue(scenarios)).map(({ scenario }) => scenario.id)
  const published = await readProofs(join(import.meta.dirname, '../../docs/proofs'))
  expect(published.length).toBeGreaterThan(0)
  for (const { scenarioId } of published) expect(ids).toContain(scenarioId)
})
