// What a Deployment knows of its ReplicaSets: which is the new one, their revisions, annotations and counts. Pure.
import { cloneJson, equalJson, type Json } from '../../api/json-value.ts'
import type { KubeObject } from '../../api/store.ts'
import { resolveAmount } from '../controller.ts'

export const hashLabel = 'pod-template-hash'
export const revisionAnnotation = 'deployment.kubernetes.io/revision'
const historyAnnotation = 'deployment.kubernetes.io/revision-history'
const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas'
const maxAnnotation = 'deployment.kubernetes.io/max-replicas'
/** Annotations of a Deployment that its ReplicaSets do not take over. */
const ownAnnotations = [
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
  'deprecated.deployment.rollback.to',
]

export const byCreation = (a: KubeObject, b: KubeObject): number =>
  a.metadata.creationTimestamp === b.metadata.creationTimestamp
    ? revisionOf(a) - revisionOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1)
    : a.metadata.creationTimestamp < b.metadata.creationTimestamp
      ? -1
      : 1

export const replicasOf = (sets: readonly (KubeObject | undefined)[]): number => sets.reduce((sum, rs) => sum + (rs?.spec.replicas ?? 0), 0)
export const statusSum = (sets: readonly (KubeObject | undefined)[], field: string): number =>
  sets.reduce((sum, rs) => sum + (rs?.status?.[field] ?? 0), 0)
export const active = (sets: readonly KubeObject[]): KubeObject[] => sets.filter((rs) => rs.spec.replicas > 0)

function withoutHash(template: Json): Json {
  const copy = cloneJson(template)
  delete copy.metadata?.labels?.[hashLabel]
  return copy
}

/** The oldest ReplicaSet whose template is the Deployment's. */
export function findNew(deployment: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  const wanted = withoutHash(deployment.spec.template)
  return [...sets].sort(byCreation).find((rs) => equalJson(withoutHash(rs.spec.template), wanted))
}

export const revisionOf = (object: KubeObject): number => Number(object.metadata.annotations?.[revisionAnnotation] ?? 0) || 0
export const desiredOf = (rs: KubeObject): number | undefined => {
  const text = rs.metadata.annotations?.[desiredAnnotation]
  return text === undefined ? undefined : Number(text)
}
export const maxOf = (rs: KubeObject): number | undefined => {
  const text = rs.metadata.annotations?.[maxAnnotation]
  return text === undefined ? undefined : Number(text)
}

export const isRolling = (deployment: KubeObject): boolean => deployment.spec.strategy?.type === 'RollingUpdate'

/** maxSurge and maxUnavailable as numbers of pods. Both zero would never progress, so one may be unavailable then. */
export function bounds(deployment: KubeObject): { surge: number; unavailable: number } {
  if (!isRolling(deployment)) return { surge: 0, unavailable: 0 }
  const { replicas, strategy } = deployment.spec
  const surge = resolveAmount(strategy.rollingUpdate?.maxSurge, replicas, 'up')
  const unavailable = resolveAmount(strategy.rollingUpdate?.maxUnavailable, replicas, 'down')
  return { surge, unavailable: replicas === 0 ? 0 : Math.min(replicas, surge === 0 && unavailable === 0 ? 1 : unavailable) }
}

/** How many replicas the new ReplicaSet may have now, without breaking maxSurge. */
export function newReplicas(deployment: KubeObject, sets: readonly KubeObject[], current: number): number {
  if (!isRolling(deployment)) return deployment.spec.replicas
  const room = deployment.spec.replicas + bounds(deployment).surge - replicasOf(sets)
  return room <= 0 ? current : current + Math.min(room, deployment.spec.replicas - current)
}

/** Writes how large the Deployment wants to be: the size that proportional scaling compares with. */
export function setSizeAnnotations(rs: { metadata: { annotations?: Record<string, string> } }, desired: number, max: number): void {
  rs.metadata.annotations = { ...rs.metadata.annotations, [desiredAnnotation]: String(desired), [maxAnnotation]: String(max) }
}

/** Annotations the new ReplicaSet takes over, its revision and the revisions it had before. */
export function setRevisionAnnotations(
  rs: { metadata: { annotations?: Record<string, string> } },
  deployment: KubeObject,
  revision: number,
): void {
  const before = Number(rs.metadata.annotations?.[revisionAnnotation] ?? 0)
  const taken = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !ownAnnotations.includes(key))
  const annotations: Record<string, string> = { ...rs.metadata.annotations, ...Object.fromEntries(taken) }
  if (before < revision) {
    annotations[revisionAnnotation] = String(revision)
    if (before > 0) annotations[historyAnnotation] = [annotations[historyAnnotation], String(before)].filter(Boolean).join(',')
  }
  rs.metadata.annotations = annotations
}
