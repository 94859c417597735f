// Waits until a cluster has done what it was told: Deployments available, endpoints written, rules in the kernel. The control channel's `settled`.
import { LabError } from '../../spec/errors.ts'
import type { Clock } from '../../system/clock.ts'
import type { ApiStore, KubeObject } from '../api/store.ts'

export interface SettledOptions {
  store: ApiStore
  clock: Clock
  /** kube-proxies and CNI agents: resolves when the kernel has what the store had at this version */
  programmed(version: string): Promise<void>
}

const watched = ['deployments', 'pods', 'services', 'endpointslices'] as const

/** Deployments that are not there yet, with what they still wait for. */
function unsettledDeployments(store: ApiStore): string[] {
  return store.list('deployments').flatMap(({ metadata, spec, status }) => {
    const wanted: number = spec.replicas ?? 1
    const counts = [status?.updatedReplicas ?? 0, status?.availableReplicas ?? 0, status?.replicas ?? 0]
    const observed = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 1)
    if (observed && counts.every((count) => count === wanted)) return []
    return [`deployment ${metadata.namespace}/${metadata.name} has ${status?.availableReplicas ?? 0} of ${wanted} pods available`]
  })
}

const isReady = (pod: KubeObject) =>
  pod.status?.conditions?.some((c: { type: string; status: string }) => c.type === 'Ready' && c.status === 'True') === true

/** Services whose EndpointSlices do not name exactly the ready pods they select. */
function unsettledEndpoints(store: ApiStore): string[] {
  const pods = store.list('pods')
  return store.list('services').flatMap(({ metadata, spec }) => {
    const selector = Object.entries(spec.selector ?? {})
    if (selector.length === 0 || spec.type === 'ExternalName') return []
    const selected = pods.filter(
      (pod) => pod.metadata.namespace === metadata.namespace && selector.every(([key, value]) => pod.metadata.labels?.[key] === value),
    )
    const wanted = selected
      .filter((pod) => isReady(pod) && !pod.metadata.deletionTimestamp && pod.status?.podIP)
      .map((pod) => pod.metadata.uid)
    const slices = store.list('endpointslices', {
      namespace: metadata.namespace,
      labelSelector: `kubernetes.io/service-name=${metadata.name}`,
    })
    const ready = new Set<string>()
    for (const { targetRef, conditions } of slices.flatMap(({ endpoints }) => endpoints ?? [])) {
      if (conditions?.ready !== false && !conditions?.terminating && targetRef?.uid) ready.add(targetRef.uid)
    }
    const same = wanted.length === ready.size && wanted.every((uid) => ready.has(uid))
    return same || spec.publishNotReadyAddresses ? [] : [`endpoints of service ${metadata.namespace}/${metadata.name} are not written yet`]
  })
}

/** Throws LabError timeout, which names what was missing; or the signal's reason. */
export async function waitUntilSettled(
  { store, clock, programmed }: SettledOptions,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = clock.monotonicMs() + timeoutMs
  const tooLate = (missing: string[]) =>
    new LabError('timeout', `The cluster did not settle within ${timeoutMs} ms: ${missing.join('; ')}.`, {
      hint: 'The events of the pods say what keeps them: kubectl get events -A.',
    })
  for (;;) {
    signal.throwIfAborted()
    const missing = [...unsettledDeployments(store), ...unsettledEndpoints(store)]
    const leftMs = deadline - clock.monotonicMs()
    if (missing.length === 0) {
      const version = store.resourceVersion
      const inTime = await Promise.race([programmed(version).then(() => true), clock.sleep(Math.max(1, leftMs)).then(() => false)])
      if (!inTime) throw tooLate(['the rules are not in the kernel'])
      if ([...unsettledDeployments(store), ...unsettledEndpoints(store)].length === 0) return
      continue
    }
    if (leftMs <= 0) throw tooLate(missing)
    await nextChange(store, clock, leftMs, signal)
  }
}

/** The next write to anything that matters, or the end of the time. */
function nextChange(store: ApiStore, clock: Clock, timeoutMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let replayed = false
    const done = () => {
      if (!replayed) return
      cancel()
      signal.removeEventListener('abort', done)
      for (const off of unwatch) off()
      resolve()
    }
    const cancel = clock.after(timeoutMs, done)
    const unwatch = watched.map((resource) => store.watch(resource, done))
    replayed = true
    signal.addEventListener('abort', done, { once: true })
  })
}
