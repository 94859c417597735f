// Obtains the clusters that the transcript is played on, by the name of their runtime. Used by main.ts.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedRuntime } from '../../labs/runtimes/embedded/runtime.ts'
import { kindRuntime } from '../../labs/runtimes/kind/runtime.ts'
import { findKindTools } from '../../labs/runtimes/kind/tools.ts'
import type { Cluster, Runtime } from '../../labs/runtimes/runtime.ts'
import type { RuntimeName } from '../../labs/spec/scenario.ts'
import { cacheFolder, stateFolder } from '../../labs/system/folders.ts'
import { silentLog } from '../../labs/system/log.ts'

const log = silentLog

function runtimeOf(name: RuntimeName, assets: string): Runtime {
  if (name === 'embedded') return embeddedRuntime({ assets, log })
  return kindRuntime({ findTools: findKindTools, assets, cache: join(cacheFolder(), 'kind'), logs: join(stateFolder(), 'logs'), log })
}

export interface OwnedCluster {
  cluster: Cluster
  /** destroys it and its folder */
  end(): Promise<void>
}

export async function createCluster(name: RuntimeName, assets: string, signal: AbortSignal): Promise<OwnedCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'podwire-parity-'))
  const labId = `p${Math.random().toString(36).slice(2).padEnd(7, '0').slice(0, 7)}`
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const cluster = await runtimeOf(name, assets).create({ labId, hosts: [], privileged: false, folder }, { signal, onStep: () => {} })
    return { cluster, end: () => cluster.destroy().finally(remove) }
  } catch (error) {
    remove()
    throw error
  }
}
