// The same faults on a real kind cluster: no verdict is wrong there either. Run by `npm run test:kind`.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contractHosts, contractManifest } from '../runtimes/contract-manifest.ts'
import { type StagedCluster, stageCluster } from '../runtimes/embedded/testing/staged-cluster.ts'
import { kindRuntime } from '../runtimes/kind/runtime.ts'
import { findKindTools } from '../runtimes/kind/tools.ts'
import type { Cluster } from '../runtimes/runtime.ts'
import { silentLog } from '../system/log.ts'
import { type Fault, faults } from './testing/faults.ts'
import { gradeVerdict, judgeFault } from './testing/judge-faults.ts'

let staged: StagedCluster
let folder: string
let cluster: Cluster
beforeAll(async () => {
  staged = await stageCluster()
  folder = await mkdtemp(join(tmpdir(), 'podwire-path-'))
  const tools = await findKindTools()
  const runtime = kindRuntime({
    findTools: async () => tools,
    assets: staged.assets,
    cache: join(folder, 'cache'),
    logs: join(folder, 'logs'),
    log: silentLog,
  })
  const spec = { labId: 'pathkind', hosts: contractHosts, privileged: false, folder }
  cluster = await runtime.create(spec, { signal: new AbortController().signal, onStep: () => {} })
  await cluster.apply(contractManifest)
  await cluster.settled(60_000)
})
afterAll(async () => {
  await cluster?.destroy()
  staged?.remove()
  await rm(folder, { recursive: true, force: true })
})

/** how long kindnetd takes at most to forget a policy that was deleted */
const forgetMs = 3000
let held = false

/** kindnetd puts routes and rules back within seconds, so it is held; but policies are its work. */
async function holdKindnet(fault: Fault): Promise<void> {
  if (fault.objects && held) await cluster.release()
  if (!fault.objects && !held) {
    await new Promise((resolve) => setTimeout(resolve, forgetMs))
    await cluster.hold(['worker', 'worker2'].map((node) => ({ agent: 'kindnet' as const, node })))
  }
  held = fault.objects === undefined
}

const able = faults.filter(({ notOnKind }) => notOnKind === undefined)
const grades: string[] = []

describe.each(able)('$id', (fault) => {
  test('the verdict is not wrong', async () => {
    await holdKindnet(fault)
    const result = await judgeFault(cluster, fault)
    const grade = gradeVerdict(fault, result)
    grades.push(grade)
    if (process.env.PODWIRE_PATH_SHOW) console.log(fault.id, grade, Math.round(result.ms), 'ms', JSON.stringify(result.verdict))
    expect(grade, JSON.stringify(result.verdict)).not.toBe('wrong')
  })
})

test('at most one verdict in ten is unknown', () => {
  expect(grades.length).toBe(able.length)
  expect(grades.filter((grade) => grade === 'unknown').length).toBeLessThanOrEqual(able.length / 10)
})
