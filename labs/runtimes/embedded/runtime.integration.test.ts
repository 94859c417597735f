// The embedded runtime passes the contract, with real namespaces. Skips only where no sandbox can be started; the sandbox's own test says why.
import { afterAll, beforeAll } from 'vitest'
import { silentLog } from '../../system/log.ts'
import { runtimeContract } from '../contract.ts'
import { embeddedRuntime } from './runtime.ts'
import { findProcesses, until } from './testing/machine.ts'
import { type StagedCluster, stageCluster } from './testing/staged-cluster.ts'

let staged: StagedCluster
beforeAll(async () => {
  staged = await stageCluster()
})
afterAll(() => staged?.remove())

runtimeContract('embedded', {
  runtime: () => embeddedRuntime({ assets: staged.assets, log: silentLog }),
  restoreMs: 1000,
  settleMs: 10_000,
  // every process of a sandbox descends from a bwrap that names the lab; namespaces, mounts and links go with their processes
  async leftovers(labId) {
    const find = () => findProcesses(`podwire-${labId}`)
    await until(() => find().length === 0, 3000)
    return find().map((pid) => `process ${pid}`)
  },
})
