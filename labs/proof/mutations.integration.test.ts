// A scenario that takes a made-up fix for a right one fails its proof, unless its author has said that it is one. Needs a built dist/ and namespaces.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { type ProofReport, runProofs } from './run-proofs.ts'

const original = join(import.meta.dirname, '../scenarios/sd-selector-typo')
let folder: string
let report: ProofReport

/** sd-selector-typo without the guard of its address, and with what is not its point left out. */
async function writeUnguarded(id: string, acceptedMutations: unknown[]): Promise<void> {
  const target = join(folder, id)
  await cp(original, target, { recursive: true })
  const edit = async (file: string, change: (content: { guards: never; wrongFixes: never }) => object) => {
    const path = join(target, file)
    const content = parse(await readFile(path, 'utf8'))
    await writeFile(path, stringify({ ...content, ...change(content) }))
  }
  const without = (list: { id: string }[], ...ids: string[]) => list.filter((each) => !ids.includes(each.id))
  await edit('scenario.yaml', ({ guards, wrongFixes }) => ({
    ...{ id, next: undefined, lesson: undefined, otherSolutions: [], acceptedMutations },
    guards: without(guards, 'address-kept'),
    wrongFixes: without(wrongFixes, 'new-address', 'second-service'),
  }))
  await edit('text.en.yaml', ({ guards, wrongFixes }) => ({
    guards: { ...(guards as object), 'address-kept': undefined },
    wrongFixes: { ...(wrongFixes as object), 'new-address': undefined, 'second-service': undefined },
  }))
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'podwire-mutations-'))
  process.env.PODWIRE_RUNTIME_DIR = join(folder, '.run')
  process.env.PODWIRE_STATE_DIR = join(folder, '.state')
  await writeUnguarded('unguarded', [])
  await writeUnguarded('listed', [{ id: 'recreate-service:default/web', because: 'Nobody here holds the old address.' }])
  report = await runProofs({ scenarios: 'all', scenariosFolder: folder, mutations: true, lanes: 2 })
}, 400_000)
afterAll(() => rm(folder, { recursive: true }))

const proofOf = (id: string) => report.scenarios.find(({ scenarioId }) => scenarioId === id) ?? expect.fail(`no proof of ${id}`)

it('names the made-up fix that a scenario takes for right, the evidence, and a folder of logs', async () => {
  const { ok, phases, error, logFolder } = proofOf('unguarded')
  expect([ok, error]).toEqual([false, undefined])
  expect(phases.filter((phase) => !phase.ok)).toMatchObject([
    { phase: 'mutation', of: 'recreate-service:default/web', problem: 'the lab counts it as solved' },
  ])
  expect(JSON.parse(await readFile(join(logFolder as string, 'evidence.json'), 'utf8'))).toMatchObject({ scenarioId: 'unguarded' })
})

it('takes an author’s word for it, and tells it', () => {
  const { ok, phases } = proofOf('listed')
  expect(phases.find(({ of }) => of === 'recreate-service:default/web')).toMatchObject({
    ok: true,
    note: 'listed as right: Nobody here holds the old address.',
  })
  expect(ok).toBe(true)
})

it('can try everything that it makes up', () => {
  const mutations = report.scenarios.flatMap(({ phases }) => phases.filter(({ phase }) => phase === 'mutation'))
  expect(mutations.length).toBeGreaterThan(20)
  expect(mutations.flatMap(({ note }) => (note?.startsWith('it cannot') ? [note] : []))).toEqual([])
})
