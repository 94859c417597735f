// Ends a look at a Deployment: removes old ReplicaSets when all is done, writes the status. Used by deployment.ts.
import { equalJson } from '../../api/json-value.ts'
import type { KubeObject } from '../../api/store.ts'
import { type Condition, keyOf, now } from '../controller.ts'
import { replicasOf, revisionOf } from './replica-sets.ts'
import { countStatus, isComplete, msUntilStuck, withCondition, withProgress } from './status.ts'
import { newSetOf, oldSetsOf, type Sync, updateStatus } from './sync.ts'

/** Old, empty ReplicaSets beyond the history limit go, oldest revision first. */
export function cleanUp(sync: Sync): void {
  const { context, deployment } = sync
  const limit: number = deployment.spec.revisionHistoryLimit ?? 10
  const old = oldSetsOf(sync).filter((rs) => !rs.metadata.deletionTimestamp)
  for (const rs of old.sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, old.length - limit))) {
    if (rs.spec.replicas > 0 || (rs.status?.replicas ?? 0) > 0 || (rs.metadata.generation ?? 1) > (rs.status?.observedGeneration ?? 0))
      continue
    context.store.delete('replicasets', rs.metadata.namespace, rs.metadata.name)
    sync.sets = sync.sets.filter((other) => other !== rs)
  }
}

/** `rollout`: also judge progress, and clean up when it is complete. */
export function writeStatus(sync: Sync, rollout: boolean): void {
  const { context } = sync
  const nowMs = context.clock.now()
  const current = newSetOf(sync)
  if (rollout && sync.deployment.status && isComplete(sync.deployment, sync.deployment.status) && replicasOf(oldSetsOf(sync)) === 0)
    cleanUp(sync)
  const status = countStatus(sync.deployment, sync.sets, current, now(context))
  if (rollout) status.conditions = withProgress(sync.deployment, status, current, now(context), nowMs)
  status.conditions = withReplicaFailure(status.conditions, sync.sets, now(context))
  const written = Object.fromEntries(
    Object.entries(status).filter(([field, value]) => ['observedGeneration', 'terminatingReplicas'].includes(field) || value !== 0),
  )
  if (!equalJson(sync.deployment.status, written)) updateStatus(sync, (draft) => replaceMembers(draft, written))
  const stuck = msUntilStuck(sync.deployment, status.conditions, nowMs)
  if (rollout && stuck) sync.queue.addAfter(keyOf(sync.deployment), stuck + 1000)
}

function replaceMembers(target: Record<string, unknown>, source: Record<string, unknown>): void {
  for (const key of Object.keys(target)) delete target[key]
  Object.assign(target, source)
}

function withReplicaFailure(conditions: Condition[], sets: readonly KubeObject[], at: string): Condition[] {
  const failure = sets
    .flatMap((rs): Condition[] => rs.status?.conditions ?? [])
    .find((c) => c.type === 'ReplicaFailure' && c.status === 'True')
  if (!failure) return conditions.filter((c) => c.type !== 'ReplicaFailure')
  const { type, status, reason, message } = failure
  return withCondition(conditions, { type, status, reason, message }, at)
}
