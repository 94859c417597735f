// What every controller is given, and the few words about objects they share. Controllers meet only in the store.
import type { Clock } from '../../system/clock.ts'
import type { Log } from '../../system/log.ts'
import { timestamp } from '../api/durations.ts'
import type { ApiStore, KubeObject, OwnerReference } from '../api/store.ts'
import type { EventRecorder } from './events.ts'

export interface ControllerContext {
  store: ApiStore
  clock: Clock
  log: Pick<Log, 'info' | 'warn' | 'error'>
  events: EventRecorder
}
/** Starts watching; the returned function stops it. */
export type StartController = (context: ControllerContext) => () => void

export const keyOf = (object: KubeObject): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/')
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
}

/** Now, as metav1.Time. */
export const now = (context: Pick<ControllerContext, 'clock'>): string => timestamp(context.clock.now())

export const controllerOf = (object: KubeObject): OwnerReference | undefined => object.metadata.ownerReferences?.find((r) => r.controller)
export const controllerReference = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  blockOwnerDeletion: true,
  controller: true,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
})

export interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string
  lastUpdateTime?: string
}
export const conditionOf = (object: KubeObject, type: string): Condition | undefined =>
  object.status?.conditions?.find((c: Condition) => c.type === type)

export const isPodReady = (pod: KubeObject): boolean => conditionOf(pod, 'Ready')?.status === 'True'
export const isPodFinished = (pod: KubeObject): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
/** Counts towards a ReplicaSet: neither finished nor on its way out. */
export const isPodActive = (pod: KubeObject): boolean => !isPodFinished(pod) && !pod.metadata.deletionTimestamp

/** Ready for at least minReadySeconds; otherwise the ms until it would be. */
export function msUntilAvailable(context: Pick<ControllerContext, 'clock'>, pod: KubeObject, minReadySeconds: number): number {
  const since = Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? '')
  if (minReadySeconds === 0 || Number.isNaN(since)) return 0
  return Math.max(0, since + minReadySeconds * 1000 - context.clock.now())
}

/** A number or a percentage of `total`, as in maxSurge. */
export function resolveAmount(value: number | string | undefined, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value
  const percent = /^(\d+)%$/.exec(value ?? '')?.[1]
  if (percent === undefined) return 0
  return (round === 'up' ? Math.ceil : Math.floor)((Number(percent) * total) / 100)
}
