// What `podwire scenario new` writes proves as it is.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { faultTemplates, writeNewScenario } from '../catalogue/authoring/new-scenario.ts'
import { describeProofs, proveOne } from './testing/prove-scenarios.ts'

const root = join(import.meta.dirname, '../..')
const into = await mkdtemp(join(tmpdir(), 'podwire-templates-'))
afterAll(() => rm(into, { recursive: true }))

const ids = await Promise.all(
  Object.keys(faultTemplates).map(async (fault) => {
    await writeNewScenario({ id: `new-${fault}`, title: fault, topic: 'outside', fault }, { root, into })
    return `new-${fault}`
  }),
)
describeProofs('proof of a new scenario', ids, 120_000, (id) => proveOne(id, { scenariosFolder: into, runtimes: ['embedded'] }), into)
