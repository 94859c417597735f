// The proofs of a runtime's scenarios as tests: `proveScenarios('kind', …)` in the test file of that runtime.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { findScenario, loadScenario, scenarioIds } from '../../catalogue/scenario-catalogue.ts'
import type { RuntimeName } from '../../spec/scenario.ts'
import { formatProof, type RunProofsOptions, runProofs } from '../run-proofs.ts'
import { whyItCannotRun } from '../runnable.ts'
import { type Choice, chooseScenarios, scenariosOf } from './choice.ts'
import { touchedPaths } from './touched.ts'

const root = join(import.meta.dirname, '../../..')
const folderOfAll = join(root, 'labs/scenarios')
const dayMs = 86_400_000

/** Which scenarios name the runtime, and which of them are chosen today; prints why. */
export async function readChoice(runtime: RuntimeName): Promise<{ all: string[]; choice: Choice }> {
  const all: string[] = []
  for (const id of await scenarioIds(folderOfAll)) {
    const { scenario } = await loadScenario(await findScenario(folderOfAll, id), 'en')
    if (scenario.runtimes.includes(runtime)) all.push(id)
  }
  const paths = await touchedPaths(root)
  const choice = chooseScenarios(all, paths && scenariosOf(paths), Math.floor(Date.now() / dayMs))
  console.log(`proofs on ${runtime}, chosen: ${choice.sentence}`)
  return { all, choice }
}

export interface Budget {
  /** Whether there is time for one more that takes as long as the longest so far. */
  allows(): boolean
  /** Does the work and counts its time. */
  spend<T>(work: () => Promise<T>): Promise<T>
  readonly minutes: number
}

/** The time all together may take, from the first one's begin. */
export function createBudget(minutes: number): Budget {
  let startedMs: number | undefined
  let longestMs = 0
  return {
    minutes,
    allows: () => startedMs === undefined || performance.now() - startedMs + longestMs <= minutes * 60_000,
    async spend(work) {
      const beganMs = performance.now()
      startedMs ??= beganMs
      try {
        return await work()
      } finally {
        longestMs = Math.max(longestMs, performance.now() - beganMs)
      }
    },
  }
}

/** Proves one scenario within a test; fails it with the whole proof in words. */
export async function proveOne(id: string, options: Omit<RunProofsOptions, 'scenarios'>): Promise<void> {
  const [proof] = (await runProofs({ ...options, scenarios: [id] })).scenarios
  if (!proof) throw new Error(`${id} names none of the runtimes ${options.runtimes?.join(', ')}`)
  expect(proof.ok, formatProof(proof)).toBe(true)
  const phases = proof.phases.map(({ phase }) => phase)
  expect(phases.filter((phase) => phase === 'wrong-fix').length).toBeGreaterThanOrEqual(3)
  expect(phases).toEqual(expect.arrayContaining(['healthy', 'broken', 'solution', 'resync', 'reset', 'withdrawn']))
  if (options.mutations) expect(phases).toContain('mutation')
}

/** Skips a scenario that this machine cannot run on embedded, with what the machine would tell a learner. */
export async function skipWhereItCannotRun(id: string, context: TestContext, folder = folderOfAll): Promise<void> {
  const reason = await whyItCannotRun(id, folder)
  if (reason) context.skip(reason)
}

/** Tests in labs and logs of their own: a developer's running labs are none of a test's business. */
export function describeProofs(
  title: string,
  ids: readonly string[],
  timeoutMs: number,
  prove: (id: string, context: TestContext) => Promise<void>,
  scenariosFolder = folderOfAll,
) {
  describe(title, () => {
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'podwire-proof-'))
      process.env.PODWIRE_RUNTIME_DIR = join(folder, 'run')
      process.env.PODWIRE_STATE_DIR ??= join(tmpdir(), 'podwire-proof-logs')
    })
    afterAll(() => rm(folder, { recursive: true }))
    // as many at a time as the project's maxConcurrency says
    for (const id of ids)
      it.concurrent(id, { timeout: timeoutMs }, async (context) => {
        await skipWhereItCannotRun(id, context, scenariosFolder)
        await prove(id, context)
      })
  })
}
