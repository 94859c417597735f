// A live embedded cluster as the port wants it: spawns and probes over labinit, everything Kubernetes over the control plane's channel.
import { LabError } from '../../spec/errors.ts'
import type { Target } from '../../spec/target.ts'
import type { SandboxProcess, SandboxSpawn } from '../../system/sandbox-init.ts'
import { labProcess, takeProbe } from '../labinit/process.ts'
import { readManifest } from '../manifest.ts'
import type { Cluster, ClusterSpec, SpawnOptions } from '../runtime.ts'
import type { Instance } from './instance.ts'
import { processTreeMemory } from './memory.ts'
import { requireImagePackages } from './packages.ts'

/** `start` makes a fresh instance for restore(), with the hosts that were added since. */
export function createCluster(first: Instance, start: (added: ClusterSpec['hosts'], signal: AbortSignal) => Promise<Instance>): Cluster {
  const added: ClusterSpec['hosts'] = []
  let instance = first
  let destroyed = false
  /** instances whose end we asked for */
  const dismissed = new WeakSet<Instance>()
  let tellDeath: (reason: string) => void = () => {}
  const died = new Promise<string>((resolve) => {
    tellDeath = resolve
  })
  const watch = (watched: Instance) => {
    void watched.ended.then(async (reason) => {
      if (dismissed.has(watched)) return
      // half a sandbox is worth nothing
      await watched.kill()
      tellDeath(reason)
    })
  }
  watch(instance)

  async function spawn(
    target: Target,
    given: string[] | 'shell',
    { tty, env = {}, view = 'inside' }: SpawnOptions = {},
  ): Promise<SandboxProcess> {
    const current = instance
    const place = await current.control.call('resolve', target)
    const argv = given === 'shell' ? ['/bin/bash', '--login', '-i'] : given
    const inside = view === 'inside' ? { env: { ...place.env, ...env }, ...(place.cwd ? { cwd: place.cwd } : {}) } : { env }
    const options: SandboxSpawn = { namespace: place.namespace, view, argv, ...inside, ...(tty ? { tty } : {}) }
    return current.init.spawn(options)
  }

  return {
    died,
    probe: (given, signal) => takeProbe(spawn, given, signal),
    places: () => instance.control.call('places', null),
    spawn: async (target, argv, options) => labProcess(await spawn(target, argv, options)),
    api: (request) => instance.control.call('api', request),
    async apply(yaml) {
      const objects = readManifest(yaml)
      requireImagePackages(objects)
      await instance.control.call('apply', { objects })
    },
    async settled(timeoutMs, signal) {
      await instance.control.call('settled', { timeoutMs }, signal)
    },
    async hold(agents) {
      await instance.control.call('hold', agents)
    },
    async release() {
      await instance.control.call('release', null)
    },
    async resync() {
      await instance.control.call('resync', null)
    },
    async addHosts(hosts, signal) {
      signal?.throwIfAborted()
      await instance.addHosts(hosts, signal)
      added.push(...hosts)
    },
    async restore(signal = new AbortController().signal) {
      const old = instance
      if (destroyed) throw new LabError('lab-state', 'The cluster is destroyed.')
      dismissed.add(old)
      try {
        const [fresh] = await Promise.all([start(added, signal), old.kill()])
        instance = fresh
        if (destroyed) return await fresh.kill()
        watch(fresh)
      } catch (error) {
        tellDeath(`it could not be restored: ${error instanceof Error ? error.message : String(error)}`)
        throw error
      }
    },
    ranOutOfMemory: () => instance.ranOutOfMemory(),
    memoryBytes: () => processTreeMemory(instance.pid),
    async destroy() {
      destroyed = true
      dismissed.add(instance)
      await instance.kill()
    },
  }
}
