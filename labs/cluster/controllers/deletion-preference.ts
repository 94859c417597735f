// Which pods of a ReplicaSet go first when there are too many: those that lose the least. Pure.
import type { KubeObject } from '../api/store.ts'
import { conditionOf, isPodReady } from './controller.ts'

const phaseRank: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 }
const restarts = (pod: KubeObject): number =>
  Math.max(0, ...(pod.status?.containerStatuses ?? []).map((c: { restartCount?: number }) => c.restartCount ?? 0))
const deletionCost = (pod: KubeObject): number => Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0)

/** kube-controller-manager compares ages on a logarithmic scale, so that of pods about equally old a random one goes; the uid is its dice. */
const ageRank = (time: number, now: number): number => Math.floor(Math.log2(Math.max(1, (now - time) * 1e6)))

/**
 * Compares two pods of `all`: negative when the first should go first. Unscheduled, then by phase, then not ready, then low deletion cost, then
 * many on one node, then ready for less long, then more restarts, then younger.
 */
export function byDeletionPreference(all: readonly KubeObject[], now: number): (a: KubeObject, b: KubeObject) => number {
  const perNode = new Map<string, number>()
  for (const pod of all) if (isPodReady(pod)) perNode.set(pod.spec.nodeName, (perNode.get(pod.spec.nodeName) ?? 0) + 1)
  const crowd = (pod: KubeObject): number => perNode.get(pod.spec.nodeName) ?? 0
  const readySince = (pod: KubeObject): number => Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? '') || 0
  const created = (pod: KubeObject): number => Date.parse(pod.metadata.creationTimestamp)
  const keys: ((pod: KubeObject) => number | string)[] = [
    (pod) => (pod.spec.nodeName ? 1 : 0),
    (pod) => phaseRank[pod.status?.phase] ?? 0,
    (pod) => (isPodReady(pod) ? 1 : 0),
    deletionCost,
    (pod) => -crowd(pod),
    (pod) => (isPodReady(pod) ? ageRank(readySince(pod), now) : 0),
    (pod) => -restarts(pod),
    (pod) => ageRank(created(pod), now),
    (pod) => pod.metadata.uid,
  ]
  return (a, b) => {
    for (const key of keys) {
      const [x, y] = [key(a), key(b)]
      if (x !== y) return x < y ? -1 : 1
    }
    return 0
  }
}
