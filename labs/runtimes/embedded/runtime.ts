// The embedded runtime: a cluster of namespaces in a sandbox of this machine. Made by labd's main; implements labs/runtimes/runtime.ts.
import { controlSteps } from '../../cluster/control/protocol.ts'
import type { Log } from '../../system/log.ts'
import type { Cluster, ClusterSpec, Runtime } from '../runtime.ts'
import { createCluster } from './cluster.ts'
import { startInstance } from './instance.ts'

export interface EmbeddedRuntimeOptions {
  /** the folder that scripts/stage.mjs made */
  assets: string
  log: Log
}

export function embeddedRuntime(options: EmbeddedRuntimeOptions): Runtime {
  return {
    name: 'embedded',
    steps: ['sandbox', 'network', ...controlSteps],
    async create(spec: ClusterSpec, { signal, onStep }): Promise<Cluster> {
      const first = await startInstance({ ...options, spec, signal, onStep })
      return createCluster(first, (added, abort) =>
        startInstance({ ...options, spec: { ...spec, hosts: [...spec.hosts, ...added] }, signal: abort, onStep: () => {} }),
      )
    },
  }
}
