// The next move of a rollout: which ReplicaSets grow or shrink, within maxSurge and maxUnavailable. Pure.
import type { KubeObject } from '../../api/store.ts'
import { active, bounds, newReplicas, replicasOf, statusSum } from './replica-sets.ts'
import type { Size } from './scaling.ts'

/** New size of the new ReplicaSet. */
export function grownSize(deployment: KubeObject, newSet: KubeObject, all: readonly KubeObject[]): number {
  const { replicas } = newSet.spec
  return replicas >= deployment.spec.replicas ? deployment.spec.replicas : newReplicas(deployment, all, replicas)
}

/** Old ReplicaSets that may shrink now: first pods that are broken anyway, then as many as availability allows. `old` is sorted by creation. */
export function shrunkSizes(deployment: KubeObject, newSet: KubeObject, old: readonly KubeObject[]): Size[] {
  const sets = [...old, newSet]
  const minAvailable = deployment.spec.replicas - bounds(deployment).unavailable
  const newUnavailable = newSet.spec.replicas - (newSet.status?.availableReplicas ?? 0)
  const mayGo = replicasOf(sets) - minAvailable - newUnavailable
  if (replicasOf(old) === 0 || mayGo <= 0) return []
  const sizes = new Map<KubeObject, number>(active(old).map((set) => [set, set.spec.replicas]))
  let broken = 0
  for (const [set, size] of sizes) {
    const gone = Math.min(mayGo - broken, Math.max(0, size - (set.status?.availableReplicas ?? 0)))
    if (gone <= 0) continue
    sizes.set(set, size - gone)
    broken += gone
  }
  let spare = statusSum(sets, 'availableReplicas') - minAvailable
  for (const [set, size] of sizes) {
    const gone = Math.min(Math.max(0, spare), size)
    sizes.set(set, size - gone)
    spare -= gone
  }
  return [...sizes].map(([set, replicas]) => ({ set, replicas }))
}
