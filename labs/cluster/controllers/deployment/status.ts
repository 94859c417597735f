// A Deployment's status and conditions, in upstream's reasons and sentences. Pure.
import type { KubeObject } from '../../api/store.ts'
import type { Condition } from '../controller.ts'
import { bounds, replicasOf, statusSum } from './replica-sets.ts'

export interface DeploymentStatus {
  observedGeneration: number
  replicas: number
  updatedReplicas: number
  readyReplicas: number
  availableReplicas: number
  unavailableReplicas: number
  terminatingReplicas: number
  collisionCount?: number
  conditions: Condition[]
}

/** The conditions with this one in its place; nothing changes when status and reason stay, and the time of transition only with the status. */
export function withCondition(
  conditions: readonly Condition[],
  next: Omit<Condition, 'lastUpdateTime' | 'lastTransitionTime'>,
  now: string,
): Condition[] {
  const known = conditions.find((c) => c.type === next.type)
  if (known && known.status === next.status && known.reason === next.reason) return [...conditions]
  const lastTransitionTime = known?.status === next.status ? (known.lastTransitionTime ?? now) : now
  return [...conditions.filter((c) => c.type !== next.type), { lastTransitionTime, lastUpdateTime: now, ...next }]
}

/** Counts and the Available condition. */
export function countStatus(
  deployment: KubeObject,
  sets: readonly KubeObject[],
  newSet: KubeObject | undefined,
  now: string,
): DeploymentStatus {
  const available = statusSum(sets, 'availableReplicas')
  const conditions: Condition[] = deployment.status?.conditions ?? []
  const enough = available >= deployment.spec.replicas - bounds(deployment).unavailable
  return {
    observedGeneration: deployment.metadata.generation ?? 1,
    replicas: statusSum(sets, 'replicas'),
    updatedReplicas: newSet?.status?.replicas ?? 0,
    readyReplicas: statusSum(sets, 'readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, replicasOf(sets) - available),
    terminatingReplicas: statusSum(sets, 'terminatingReplicas'),
    ...(deployment.status?.collisionCount ? { collisionCount: deployment.status.collisionCount } : {}),
    conditions: withCondition(
      conditions,
      enough
        ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
        : {
            type: 'Available',
            status: 'False',
            reason: 'MinimumReplicasUnavailable',
            message: 'Deployment does not have minimum availability.',
          },
      now,
    ),
  }
}

export const isComplete = (deployment: KubeObject, status: DeploymentStatus): boolean =>
  status.updatedReplicas === deployment.spec.replicas &&
  status.replicas === deployment.spec.replicas &&
  status.availableReplicas === deployment.spec.replicas &&
  status.observedGeneration >= (deployment.metadata.generation ?? 1)

function isProgressing(before: Partial<DeploymentStatus>, status: DeploymentStatus): boolean {
  const of = (field: 'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas'): number => before[field] ?? 0
  return (
    status.updatedReplicas > of('updatedReplicas') ||
    status.replicas - status.updatedReplicas < of('replicas') - of('updatedReplicas') ||
    status.readyReplicas > of('readyReplicas') ||
    status.availableReplicas > of('availableReplicas')
  )
}

/** ms until the rollout counts as stuck, 0 when it does; undefined when no clock runs. */
export function msUntilStuck(deployment: KubeObject, conditions: readonly Condition[], nowMs: number): number | undefined {
  const deadline: number | undefined = deployment.spec.progressDeadlineSeconds
  const progressing = conditions.find((c) => c.type === 'Progressing')
  if (!hasDeadline(deployment) || deadline === undefined || !progressing) return undefined
  if (progressing.reason === 'NewReplicaSetAvailable') return undefined
  if (progressing.reason === 'ProgressDeadlineExceeded') return 0
  return Math.max(0, Date.parse(progressing.lastUpdateTime ?? '') + deadline * 1000 - nowMs)
}

/** 2147483647 is how clients without a deadline say so. */
export const hasDeadline = (deployment: KubeObject): boolean => (deployment.spec.progressDeadlineSeconds ?? 2147483647) !== 2147483647

/** The Progressing condition after a look at what has changed since the last status. */
export function withProgress(
  deployment: KubeObject,
  status: DeploymentStatus,
  newSet: KubeObject | undefined,
  now: string,
  nowMs: number,
): Condition[] {
  const { conditions } = status
  if (!hasDeadline(deployment)) return conditions.filter((c) => c.type !== 'Progressing')
  const current = conditions.find((c) => c.type === 'Progressing')
  if (status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable') return conditions
  const subject = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${deployment.metadata.name}"`
  const set = (statusText: string, reason: string, message: string): Condition[] =>
    withCondition(conditions, { type: 'Progressing', status: statusText, reason, message }, now)
  if (isComplete(deployment, status)) return set('True', 'NewReplicaSetAvailable', `${subject} has successfully progressed.`)
  if (isProgressing(deployment.status ?? {}, status)) {
    // Said anew each time, because the deadline counts from lastUpdateTime.
    const next = { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message: `${subject} is progressing.` }
    const lastTransitionTime = current?.status === 'True' ? (current.lastTransitionTime ?? now) : now
    return [...conditions.filter((c) => c.type !== 'Progressing'), { lastTransitionTime, lastUpdateTime: now, ...next }]
  }
  if (msUntilStuck(deployment, conditions, nowMs) === 0)
    return set('False', 'ProgressDeadlineExceeded', `${subject} has timed out progressing.`)
  return conditions
}
