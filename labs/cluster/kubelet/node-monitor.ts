// What the kubelet finds out about its own node every ten seconds: whether it reaches the API server, and whether pods can be wired. The first it tells
// by renewing the lease, the second by the condition Ready. A kubelet that is cut off learns nothing and tells nothing until the way is back.
import { timestamp } from '../api/durations.ts'
import { chooseConfig, NetworkNotReady } from '../cni/net-config.ts'
import { apiServerAddress, apiServerPort } from '../cni/topology.ts'
import type { KubeletOptions } from './kubelet.ts'
import { renewLease, writeConditions } from './node-status.ts'

export interface NodeMonitor {
  readonly isConnected: boolean
  /** Now, or when the way to the API server is back; of those with the same key only the last. */
  whenConnected(key: string, run: () => void): void
  stop(): void
}

const lookMs = 10_000
/** cut off, it tries more often */
const retryMs = 2_000
const dialMs = 3_000
/** one lost packet is no outage */
const failuresToBeCutOff = 2

export function createNodeMonitor(options: KubeletOptions): NodeMonitor {
  const { store, clock, node, network, check, recorder, onError } = options
  const waiting = new Map<string, () => void>()
  let failures = 0
  let stopped = false
  let cancel = () => {}
  const isConnected = () => failures < failuresToBeCutOff

  async function isReachable(): Promise<boolean> {
    const { ok } = await check.tcp(node.name, { host: apiServerAddress, port: apiServerPort }, dialMs, AbortSignal.timeout(2 * dialMs))
    return ok
  }

  /** Why no pod can be wired, in the runtime's words. */
  async function networkProblem(): Promise<string | undefined> {
    try {
      chooseConfig((await network.look()).configs)
      return undefined
    } catch (error) {
      if (error instanceof NetworkNotReady) return NetworkNotReady.condition
      throw error
    }
  }

  async function look(): Promise<void> {
    const reachable = await isReachable()
    failures = reachable ? 0 : failures + 1
    if (!reachable) return
    renewLease(store, node.name, clock)
    post(await networkProblem())
    const runs = [...waiting.values()]
    waiting.clear()
    for (const run of runs) run()
  }

  function post(problem: string | undefined): void {
    const wasReady = isReady()
    store.mutate('nodes', undefined, node.name, (draft) => writeConditions(draft, timestamp(clock.now()), problem), {
      subresource: 'status',
    })
    const object = store.get('nodes', undefined, node.name)
    if (!object || isReady() === wasReady) return
    const word = problem ? 'NodeNotReady' : 'NodeReady'
    recorder.record(object, 'Normal', word, `Node ${node.name} status is now: ${word}`)
  }
  const isReady = (): boolean =>
    store
      .get('nodes', undefined, node.name)
      ?.status.conditions.some(({ type, status }: { type: string; status: string }) => type === 'Ready' && status === 'True') === true

  function plan(): void {
    if (stopped) return
    cancel = clock.after(failures > 0 ? retryMs : lookMs, () => {
      look().catch(onError).finally(plan)
    })
  }
  options.nodeReady.then(plan, () => {}) // who waits for the nodes is told why they are not

  return {
    get isConnected() {
      return isConnected()
    },
    whenConnected(key, run) {
      if (isConnected()) run()
      else waiting.set(key, run)
    },
    stop() {
      stopped = true
      cancel()
    },
  }
}
