// A cluster for this folder's tests: the real store and controllers, and stand-in nodes that run every pod at once. Kubelets are other
// processes in a lab, so that the tests play their part and nothing else.
import { createManualClock, type ManualClock } from '../../system/clock.ts'
import { createStore } from '../api/memory-store.ts'
import type { ApiStore, KubeObject } from '../api/store.ts'
import { startControllers } from './start.ts'

export interface TestCluster {
  store: ApiStore
  clock: ManualClock
  warnings: string[]
  /** Resolves when nothing has changed for a few turns of the event loop. */
  settle(): Promise<void>
  deploy(name: string, spec?: Record<string, unknown>, template?: { labels?: Record<string, string>; image?: string }): KubeObject
  service(name: string, selector: Record<string, string> | undefined, spec?: Record<string, unknown>): KubeObject
  pods(app?: string): KubeObject[]
  slices(service: string): KubeObject[]
  messages(kind: string, name: string): string[]
  stop(): void
}
export interface TestClusterOptions {
  /** pods of images that match do not become ready */
  broken?: RegExp
  bootstrap?: boolean
  /** terminating pods stay until finish() */
  slowToStop?: boolean
}

export function startTestCluster(options: TestClusterOptions = {}): TestCluster {
  const clock = createManualClock(Date.UTC(2026, 0, 1))
  const store = createStore({ now: () => clock.now() })
  const warnings: string[] = []
  const log = { info: () => undefined, error: () => undefined, warn: (...words: unknown[]) => void warnings.push(JSON.stringify(words)) }
  const controllers = startControllers({
    store,
    clock,
    log,
    caCertificate: 'PEM',
    ...(options.bootstrap ? {} : { bootstrap: false as const }),
  })
  for (const name of ['control-plane', 'worker', 'worker2']) registerNode(store, name)
  const unwatch = store.watch('pods', ({ type, object }) => {
    if (type !== 'DELETED') setImmediate(() => playKubelet(store, clock, options, object))
  })
  return {
    store,
    clock,
    warnings,
    async settle() {
      for (let quiet = 0, version = store.resourceVersion; quiet < 6; quiet++) {
        await new Promise((resolve) => setImmediate(resolve))
        if (store.resourceVersion !== version) quiet = 0
        version = store.resourceVersion
      }
    },
    deploy(name, spec = {}, template = {}) {
      return store.create('deployments', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace: 'default' },
        spec: {
          replicas: 2,
          selector: { matchLabels: { app: name } },
          ...spec,
          template: podTemplate({ app: name, ...template.labels }, template.image ?? 'nginx:1'),
        },
      })
    },
    service(name, selector, spec = {}) {
      const ports = [{ port: 80, targetPort: 8080 }]
      return store.create('services', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace: 'default' },
        spec: { ...(selector ? { selector } : {}), ports, ...spec },
      })
    },
    pods: (app) => store.list('pods', { namespace: 'default', ...(app ? { labelSelector: `app=${app}` } : {}) }),
    slices: (service) => store.list('endpointslices', { labelSelector: `kubernetes.io/service-name=${service}` }),
    messages: (kind, name) =>
      store
        .list('events')
        .filter((e) => e.involvedObject.kind === kind && e.involvedObject.name === name)
        .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
        .map((e) => e.message),
    stop() {
      unwatch()
      controllers.stop()
    },
  }
}

export const podTemplate = (labels: Record<string, string>, image: string) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'web', image, ports: [{ name: 'http', containerPort: 8080 }] }] },
})

export function registerNode(store: ApiStore, name: string): void {
  const controlPlane = name === 'control-plane'
  store.create('nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...(controlPlane ? { 'node-role.kubernetes.io/control-plane': '' } : {}),
      },
    },
    spec: controlPlane ? { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] } : {},
  })
}

let lastAddress = 1

function playKubelet(store: ApiStore, clock: ManualClock, options: TestClusterOptions, seen: KubeObject): void {
  const { namespace, name, uid } = seen.metadata
  const pod = store.get('pods', namespace, name)
  if (!pod || pod.metadata.uid !== uid || !pod.spec.nodeName) return
  if (pod.metadata.deletionTimestamp) {
    if (!options.slowToStop) store.delete('pods', namespace, name, { gracePeriodSeconds: 0 })
    return
  }
  if (pod.status?.podIP) return
  const ready = !options.broken?.test(pod.spec.containers[0].image)
  const at = new Date(clock.now()).toISOString()
  const start = (draft: KubeObject): void => {
    const conditions = [...(draft.status?.conditions ?? []), { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: at }]
    draft.status = { ...draft.status, phase: 'Running', podIP: `10.244.1.${++lastAddress}`, conditions }
  }
  store.mutate('pods', namespace, name, start, { subresource: 'status' })
}

/** What a readiness probe would bring about. */
export function setReady(store: ApiStore, pod: KubeObject, ready: boolean): void {
  const change = (draft: KubeObject): void => {
    for (const condition of draft.status.conditions) if (condition.type === 'Ready') condition.status = ready ? 'True' : 'False'
  }
  store.mutate('pods', pod.metadata.namespace, pod.metadata.name, change, { subresource: 'status' })
}
