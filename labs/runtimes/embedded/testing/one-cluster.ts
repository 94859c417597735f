// For integration tests: one embedded cluster for all tests of a file, and shells in it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { silentLog } from '../../../system/log.ts'
import type { Cluster } from '../../runtime.ts'
import { runIn } from '../../testing/run-in.ts'
import { embeddedRuntime } from '../runtime.ts'
import { type StagedCluster, stageCluster } from './staged-cluster.ts'

export interface OneCluster {
  /** from the first beforeAll on */
  readonly cluster: Cluster
  /** bash at a target, as a learner's; `output` is what it wrote to either stream */
  run(target: string, script: string): Promise<{ code: number; output: string }>
}

/** Makes it before the tests of the file that calls this, and takes it away after them. */
export function oneCluster(labId: string): OneCluster {
  let staged: StagedCluster
  let folder: string
  let cluster: Cluster
  beforeAll(async () => {
    staged = await stageCluster()
    folder = await mkdtemp(join(tmpdir(), `podwire-${labId}-`))
    const spec = { labId, hosts: [], privileged: false, folder }
    cluster = await embeddedRuntime({ assets: staged.assets, log: silentLog }).create(spec, {
      signal: new AbortController().signal,
      onStep: () => {},
    })
  })
  afterAll(async () => {
    await cluster?.destroy()
    staged?.remove()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    get cluster() {
      return cluster
    },
    run: (target, script) => runIn(cluster, target, ['bash', '-c', script]),
  }
}
