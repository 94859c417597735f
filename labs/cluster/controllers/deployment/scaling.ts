// How a Deployment distributes its size over its ReplicaSets when only the size changes. Pure.
import type { KubeObject } from '../../api/store.ts'
import { active, bounds, desiredOf, isRolling, maxOf, replicasOf } from './replica-sets.ts'

export interface Size {
  set: KubeObject
  replicas: number
}

/** Whether a ReplicaSet still carries the size the Deployment had before. */
export const isScaling = (deployment: KubeObject, sets: readonly KubeObject[]): boolean =>
  active(sets).some((rs) => {
    const desired = desiredOf(rs)
    return desired !== undefined && desired !== deployment.spec.replicas
  })

const isSaturated = (deployment: KubeObject, rs: KubeObject | undefined): boolean =>
  rs !== undefined &&
  rs.spec.replicas === deployment.spec.replicas &&
  desiredOf(rs) === deployment.spec.replicas &&
  (rs.status?.availableReplicas ?? 0) === deployment.spec.replicas

/** `old` is sorted by creation. In the middle of a rollout each ReplicaSet gets its share, so that a bad version does not get everything. */
export function scaledSizes(deployment: KubeObject, newSet: KubeObject | undefined, old: readonly KubeObject[]): Size[] {
  const wanted: number = deployment.spec.replicas
  const all = [...old, ...(newSet ? [newSet] : [])]
  const activeSets = active(all)
  const only = activeSets.length === 0 ? (newSet ?? old.at(-1)) : activeSets.length === 1 ? activeSets[0] : undefined
  if (only) return [{ set: only, replicas: wanted }]
  if (isSaturated(deployment, newSet)) return active(old).map((set) => ({ set, replicas: 0 }))
  if (!isRolling(deployment) || activeSets.length === 0) return []

  const allowed = wanted > 0 ? wanted + bounds(deployment).surge : 0
  const toAdd = allowed - replicasOf(activeSets)
  // Larger sets first; of equal ones the newer when growing, the older when shrinking.
  const age = (set: KubeObject): number => all.indexOf(set) * (toAdd > 0 ? -1 : 1)
  const sorted = [...activeSets].sort((a, b) => b.spec.replicas - a.spec.replicas || age(a) - age(b))
  let added = 0
  const sizes = sorted.map((set) => {
    const fraction = toAdd === 0 ? 0 : clamp(share(set, allowed), toAdd - added)
    added += fraction
    return { set, replicas: set.spec.replicas + fraction }
  })
  const first = sizes[0]
  if (first && toAdd !== 0) first.replicas = Math.max(0, first.replicas + toAdd - added)
  return sizes
}

/** What one set should gain (or lose) so that it keeps its part of the whole. */
function share(set: KubeObject, allowed: number): number {
  const before = maxOf(set) || set.spec.replicas
  return Math.round((set.spec.replicas * allowed) / before) - set.spec.replicas
}

const clamp = (value: number, limit: number): number => (limit > 0 ? Math.min(value, limit) : Math.max(value, limit))
