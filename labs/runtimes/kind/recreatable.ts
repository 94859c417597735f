// A cluster that can be made anew under the same lab: what its owner holds stays, what is behind it is replaced. Used by runtime.ts.
import { LabError, toErrorBody } from '../../spec/errors.ts'
import type { Cluster, ClusterSpec } from '../runtime.ts'

/** Makes the first cluster, and each later one after it has destroyed the one before. `create` leaves nothing when it fails. */
export async function createRecreatable(
  create: (added: ClusterSpec['hosts'], signal: AbortSignal) => Promise<Cluster>,
  signal: AbortSignal,
): Promise<Cluster> {
  let tellDeath: (reason: string) => void = () => {}
  const died = new Promise<string>((resolve) => {
    tellDeath = resolve
  })
  const added: ClusterSpec['hosts'] = []
  let current: Cluster | undefined
  let recreation: Promise<void> | undefined
  const install = (cluster: Cluster) => {
    current = cluster
    void cluster.died.then((reason) => {
      if (current === cluster) tellDeath(reason)
    })
  }
  const now = (): Cluster => {
    if (!current) throw new LabError('lab-state', 'The cluster is being made anew.')
    return current
  }
  install(await create([], signal))
  return {
    died,
    places: async () => now().places(),
    spawn: async (...given) => now().spawn(...given),
    probe: async (...given) => now().probe(...given),
    api: async (request) => now().api(request),
    apply: async (yaml) => now().apply(yaml),
    settled: async (...given) => now().settled(...given),
    hold: async (agents) => now().hold(agents),
    release: async () => now().release(),
    resync: async () => now().resync(),
    async addHosts(hosts, abort) {
      await now().addHosts(hosts, abort)
      added.push(...hosts)
    },
    restore: async (abort) => now().restore(abort),
    recreate(abort) {
      const old = now()
      current = undefined
      recreation = recreateAfter(old, abort)
      return recreation
    },
    memoryBytes: async () => now().memoryBytes(),
    async destroy() {
      // one that is aborted removes what it has made
      await recreation?.catch(() => {})
      await current?.destroy()
    },
  }

  async function recreateAfter(old: Cluster, abort: AbortSignal): Promise<void> {
    try {
      await old.destroy()
      install(await create(added, abort))
    } catch (error) {
      if (!abort.aborted) tellDeath(`it could not be made anew: ${wordsOf(error)}`)
      throw error
    }
  }
}

/** With the hint: it names the folder of the logs. */
function wordsOf(error: unknown): string {
  const { message, hint } = toErrorBody(error)
  return hint ? `${message} ${hint}` : message
}
