// The kubelet of one node: registers the node, and gives every pod that is bound to it a worker. The control plane's main makes one per node.
import type { Clock } from '../../system/clock.ts'
import type { SandboxInit, SandboxProcess } from '../../system/sandbox-init.ts'
import type { ApiStore, WatchEvent } from '../api/store.ts'
import type { PodNetwork } from '../cni/pod-network.ts'
import type { NodeAddress } from '../cni/topology.ts'
import type { ControllerContainer } from '../ingress/controller.ts'
import type { EventRecorder } from './event-recorder.ts'
import type { HealthResult } from './health-check.ts'
import { createNodeMonitor } from './node-monitor.ts'
import { createPodWorker, type PodWorker } from './pod-worker.ts'
import { tether } from './tether.ts'

/** Network probes of the kubelet, taken in the node's network namespace. */
export interface NodeCheck {
  http(
    node: string,
    request: { url: string; headers: Record<string, string> },
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<HealthResult>
  tcp(node: string, target: { host: string; port: number }, timeoutMs: number, signal: AbortSignal): Promise<HealthResult>
}
/** What CoreDNS sees of its container. */
export interface DnsContainer {
  arguments: readonly string[]
  variables: Readonly<Record<string, string>>
  /** undefined when there is no such file */
  readFile(path: string): Promise<string | undefined>
  /** a line on stdout */
  log(line: string): void
}
export interface KubeletOptions {
  store: ApiStore
  init: SandboxInit
  clock: Clock
  node: NodeAddress
  network: PodNetwork
  recorder: EventRecorder
  check: NodeCheck
  /** a token for a pod's service account; undefined when there is no such account */
  serviceAccountToken(namespace: string, name: string): Promise<string | undefined>
  /** resolves when the node's namespaces exist */
  nodeReady: Promise<void>
  /** Is CoreDNS for the sockets of this process. */
  serveDns(process: SandboxProcess, inside: DnsContainer): void
  /** Is ingress-nginx's controller for this nginx. */
  serveIngress(process: SandboxProcess, inside: ControllerContainer): void
  /** something of ours went wrong, not of the student's */
  onError(error: unknown): void
}
export interface Kubelet {
  readonly node: NodeAddress
  readonly workers: ReadonlyMap<string, PodWorker>
  /** false: nobody reaches it, and it reaches nobody */
  readonly isConnected: boolean
  sandboxLost(namespace: string): void
  close(): void
}

export function createKubelet(options: KubeletOptions): Kubelet {
  const { store, node, onError } = options
  const workers = new Map<string, PodWorker>()
  const monitor = createNodeMonitor(options)
  const forWorkers = tether(options, monitor)

  const unwatch = store.watch('pods', (event) => {
    if (event.object.spec?.nodeName === node.name) monitor.whenConnected(`pod/${event.object.metadata.uid}`, () => follow(event))
  })
  function follow({ type, object }: WatchEvent): void {
    const { uid } = object.metadata
    const worker = workers.get(uid)
    if (type === 'DELETED') {
      workers.delete(uid)
      worker?.kill().catch(onError)
    } else if (worker) {
      worker.update(object)
    } else if (!['Succeeded', 'Failed'].includes(object.status?.phase)) {
      const created = createPodWorker(object, forWorkers)
      workers.set(uid, created)
      if (object.metadata.deletionTimestamp) created.update(object)
    }
  }

  const unwatchSources = ['configmaps', 'secrets'].map((resource) =>
    store.watch(resource, ({ object: { metadata } }) => {
      monitor.whenConnected(`${resource}/${metadata.namespace}`, () => {
        for (const worker of workers.values()) if (worker.pod.metadata.namespace === metadata.namespace) worker.refreshVolumes()
      })
    }),
  )

  return {
    node,
    workers,
    get isConnected() {
      return monitor.isConnected
    },
    sandboxLost(namespace) {
      for (const worker of workers.values()) if (worker.namespace === namespace) worker.sandboxLost()
    },
    close() {
      for (const off of [unwatch, ...unwatchSources]) off()
      monitor.stop()
    },
  }
}
