// What kind labs leave in the engine and beside it, counted. Used by failure and chaos tests.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../engine.ts'
import { findContainers, findNetworks } from '../leftovers.ts'
import { findMakers } from '../makers.ts'

export interface EngineCensus {
  /** of the lab: ids */
  containers: string[]
  networks: string[]
  /** pids of programs that make something for it */
  makers: number[]
  /** volumes that no container uses and that were not there before */
  volumes: string[]
  /** kubeconfig entries and temporary files with the lab's name */
  files: string[]
}

export const nothing: EngineCensus = { containers: [], networks: [], makers: [], volumes: [], files: [] }

const unusedVolumes = async (engine: Engine) =>
  (await engine.run(['volume', 'ls', '--quiet', '--filter', 'dangling=true'])).split('\n').filter(Boolean)

/** Other labs of this machine may come and go meanwhile: only what is of this lab counts, and volumes, which have no name, once nobody uses them. */
export async function openEngineCensus(engine: Engine): Promise<(labId: string) => Promise<EngineCensus>> {
  const before = new Set(await unusedVolumes(engine))
  return async (labId) => ({
    containers: await findContainers(engine, labId),
    networks: await findNetworks(engine, labId),
    makers: findMakers(labId).map(({ identity }) => identity.pid),
    volumes: (await unusedVolumes(engine)).filter((name) => !before.has(name)),
    files: [...kubeconfigEntries(labId), ...readdirSync(tmpdir()).filter((name) => name.includes(`podwire-${labId}`))],
  })
}

function kubeconfigEntries(labId: string): string[] {
  const files = [join(homedir(), '.kube/config'), ...(process.env.KUBECONFIG?.split(':').filter(Boolean) ?? [])]
  return files.filter((file) => existsSync(file) && readFileSync(file, 'utf8').includes(`podwire-${labId}`))
}
