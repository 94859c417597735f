// Every fault of testing/faults.ts in a real embedded cluster: no verdict is wrong, and those the causes were written for are found.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contractHosts, contractManifest } from '../runtimes/contract-manifest.ts'
import { embeddedRuntime } from '../runtimes/embedded/runtime.ts'
import { type StagedCluster, stageCluster } from '../runtimes/embedded/testing/staged-cluster.ts'
import type { Cluster } from '../runtimes/runtime.ts'
import { silentLog } from '../system/log.ts'
import { faults } from './testing/faults.ts'
import { gradeVerdict, judgeFault } from './testing/judge-faults.ts'

let staged: StagedCluster
let folder: string
let cluster: Cluster
beforeAll(async () => {
  staged = await stageCluster()
  folder = await mkdtemp(join(tmpdir(), 'podwire-path-'))
  const spec = { labId: 'pathtest', hosts: contractHosts, privileged: false, folder }
  cluster = await embeddedRuntime({ assets: staged.assets, log: silentLog }).create(spec, {
    signal: new AbortController().signal,
    onStep: () => {},
  })
  await cluster.apply(contractManifest)
  await cluster.settled(10_000)
})
afterAll(async () => {
  await cluster?.destroy()
  staged?.remove()
  await rm(folder, { recursive: true, force: true })
})

const grades: string[] = []

describe.each(faults)('$id', (fault) => {
  test(fault.heldOut ? 'held out: the verdict is not wrong' : 'is found', async () => {
    const result = await judgeFault(cluster, fault)
    const grade = gradeVerdict(fault, result)
    grades.push(grade)
    if (process.env.PODWIRE_PATH_SHOW)
      console.log(fault.id, grade, Math.round(result.ms), 'ms', JSON.stringify(result.verdict), '\n', result.evidence.join('\n '))
    if (fault.heldOut) expect(grade, JSON.stringify(result.verdict)).not.toBe('wrong')
    else expect(grade, JSON.stringify(result.verdict)).toBe('right')
  })
})

test('at most one verdict in ten is unknown', () => {
  expect(grades.length).toBe(faults.length)
  expect(grades.filter((grade) => grade === 'unknown').length).toBeLessThanOrEqual(faults.length / 10)
})
