// One look at a Deployment and the writes every part of it makes: sizes, revision, conditions. Used by the files beside it.
import type { KubeObject } from '../../api/store.ts'
import { type Condition, type ControllerContext, now } from '../controller.ts'
import type { WorkQueue } from '../work-queue.ts'
import { bounds, findNew, revisionAnnotation, setSizeAnnotations } from './replica-sets.ts'
import type { Size } from './scaling.ts'
import { hasDeadline, withCondition } from './status.ts'

export const component = 'deployment-controller'

/** One look at a Deployment: what it reads once and writes as it goes. */
export interface Sync {
  context: ControllerContext
  queue: WorkQueue
  deployment: KubeObject
  /** sorted by creation */
  sets: KubeObject[]
}
export const newSetOf = (sync: Sync): KubeObject | undefined => findNew(sync.deployment, sync.sets)
export const oldSetsOf = (sync: Sync): KubeObject[] => {
  const current = newSetOf(sync)
  return sync.sets.filter((rs) => rs.metadata.uid !== current?.metadata.uid)
}

export function replaceSet(sync: Sync, updated: KubeObject): void {
  sync.sets = sync.sets.map((rs) => (rs.metadata.uid === updated.metadata.uid ? updated : rs))
}

/** Applies sizes that differ; true when something changed. */
export function resize(sync: Sync, sizes: readonly Size[]): boolean {
  const { context, deployment } = sync
  let changed = false
  for (const { set, replicas } of sizes) {
    const before: number = set.spec.replicas
    const updated = context.store.mutate('replicasets', set.metadata.namespace, set.metadata.name, (draft) => {
      draft.spec.replicas = replicas
      setSizeAnnotations(draft, deployment.spec.replicas, deployment.spec.replicas + bounds(deployment).surge)
    })
    if (!updated) continue
    replaceSet(sync, updated)
    if (before === replicas) continue
    changed = true
    recordScaling(sync, updated, before, replicas)
  }
  return changed
}

export function recordScaling(sync: Sync, rs: KubeObject, from: number, to: number): void {
  const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${rs.metadata.name} from ${from} to ${to}`
  sync.context.events.record(component, sync.deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message })
}

export function setDeploymentRevision(sync: Sync, revision: number): void {
  const { namespace, name } = sync.deployment.metadata
  const updated = sync.context.store.mutate('deployments', namespace, name, (draft) => {
    draft.metadata.annotations = { ...draft.metadata.annotations, [revisionAnnotation]: String(revision) }
  })
  if (updated) sync.deployment = updated
}

export function updateStatus(sync: Sync, change: (status: KubeObject) => void): void {
  const { namespace, name } = sync.deployment.metadata
  const apply = (draft: KubeObject): void => {
    draft.status ??= {}
    change(draft.status)
  }
  const updated = sync.context.store.mutate('deployments', namespace, name, apply, { subresource: 'status' })
  if (updated) sync.deployment = updated
}

export function progress(sync: Sync, reason: string, message: string, status = 'True'): void {
  if (!hasDeadline(sync.deployment)) return
  updateStatus(sync, (draft) => {
    draft.conditions = withCondition(draft.conditions ?? [], { type: 'Progressing', status, reason, message }, now(sync.context))
  })
}

/** A paused rollout must not run into its deadline. */
export function notePause(sync: Sync): void {
  const reason = sync.deployment.status?.conditions?.find((c: Condition) => c.type === 'Progressing')?.reason
  if (reason === 'ProgressDeadlineExceeded') return
  if (sync.deployment.spec.paused && reason !== 'DeploymentPaused') progress(sync, 'DeploymentPaused', 'Deployment is paused', 'Unknown')
  else if (!sync.deployment.spec.paused && reason === 'DeploymentPaused')
    progress(sync, 'DeploymentResumed', 'Deployment is resumed', 'Unknown')
}
