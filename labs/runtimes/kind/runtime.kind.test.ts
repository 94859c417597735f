// The kind runtime passes the contract, on real clusters. Run by `npm run test:kind`, which sees to docker, kind and a node image.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { silentLog } from '../../system/log.ts'
import { runtimeContract } from '../contract.ts'
import { type StagedCluster, stageCluster } from '../embedded/testing/staged-cluster.ts'
import { createEngine, type Engine } from './engine.ts'
import { findContainers } from './leftovers.ts'
import { networkName } from './names.ts'
import { kindRuntime } from './runtime.ts'
import { findKindTools } from './tools.ts'

let staged: StagedCluster
let folder: string
let engine: Engine
beforeAll(async () => {
  staged = await stageCluster()
  folder = mkdtempSync(join(tmpdir(), 'podwire-kind-'))
})
afterAll(() => {
  staged?.remove()
  rmSync(folder, { recursive: true, force: true })
})

runtimeContract('kind', {
  async runtime() {
    const tools = await findKindTools()
    engine = createEngine(tools.engine.name, tools.engine.program)
    return kindRuntime({
      findTools: async () => tools,
      assets: staged.assets,
      cache: join(folder, 'cache'),
      logs: join(folder, 'logs'),
      log: silentLog,
    })
  },

  settleMs: 60_000,
  setUpMs: 300_000,
  async leftovers(labId) {
    const networks = (await engine.run(['network', 'ls', '--format', '{{.Name}}']))
      .split('\n')
      .filter((name) => name === networkName(labId))
    return [...(await findContainers(engine, labId)), ...networks]
  },
})
