// For tests that need a real kind cluster: one for all tests of a file, with the contract's hosts and workloads.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { silentLog } from '../../system/log.ts'
import { contractHosts, contractManifest } from '../contract-manifest.ts'
import { type StagedCluster, stageCluster } from '../embedded/testing/staged-cluster.ts'
import { kindRuntime } from '../kind/runtime.ts'
import { findKindTools } from '../kind/tools.ts'
import type { Cluster } from '../runtime.ts'

/** Makes it before the tests of the file that calls this, and takes it away after them. The cluster is there from the first beforeAll on. */
export function oneKindCluster(labId: string): { readonly cluster: Cluster } {
  let staged: StagedCluster
  let folder: string
  let cluster: Cluster
  beforeAll(async () => {
    staged = await stageCluster()
    folder = await mkdtemp(join(tmpdir(), `podwire-${labId}-`))
    const tools = await findKindTools()
    const runtime = kindRuntime({
      findTools: async () => tools,
      assets: staged.assets,
      cache: join(folder, 'cache'),
      logs: join(folder, 'logs'),
      log: silentLog,
    })
    const spec = { labId, hosts: contractHosts, privileged: false, folder }
    cluster = await runtime.create(spec, { signal: new AbortController().signal, onStep: () => {} })
    await cluster.apply(contractManifest)
    await cluster.settled(60_000)
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
  }
}
