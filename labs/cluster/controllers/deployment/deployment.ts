// The Deployment controller: one ReplicaSet per version of the template, moved from old to new as the strategy says.

import { equalJson } from '../../api/json-value.ts'
import { ApiError, type KubeObject } from '../../api/store.ts'
import { claimChildren, ownersMatching } from '../claim.ts'
import type { Condition } from '../controller.ts'
import {
  type ControllerContext,
  controllerOf,
  controllerReference,
  isPodFinished,
  keyOf,
  now,
  type StartController,
  splitKey,
} from '../controller.ts'
import { createWorkQueue, type WorkQueue } from '../work-queue.ts'
import {
  active,
  bounds,
  byCreation,
  findNew,
  hashLabel,
  newReplicas,
  replicasOf,
  revisionAnnotation,
  revisionOf,
  setRevisionAnnotations,
  setSizeAnnotations,
} from './replica-sets.ts'
import { grownSize, shrunkSizes } from './rollout.ts'
import { isScaling, type Size, scaledSizes } from './scaling.ts'
import { countStatus, hasDeadline, isComplete, msUntilStuck, withCondition, withProgress } from './status.ts'
import { templateHash } from './template-hash.ts'

const component = 'deployment-controller'

export const startDeploymentController: StartController = (context) => {
  const { store } = context
  const queue: WorkQueue = createWorkQueue({ ...context, name: component, reconcile: (key) => reconcile(context, queue, key) })
  const wake = (rs: KubeObject): void => {
    const controller = controllerOf(rs)
    if (controller?.kind === 'Deployment') queue.add(`${rs.metadata.namespace}/${controller.name}`)
    else if (!controller) for (const owner of ownersMatching(context, 'deployments', rs)) queue.add(keyOf(owner))
  }
  const unwatch = [
    store.watch('deployments', ({ type, object }) => {
      if (type !== 'DELETED') queue.add(keyOf(object))
    }),
    store.watch('replicasets', ({ object }) => wake(object)),
    // Recreate waits until the last old pod is gone.
    store.watch('pods', ({ type, object }) => {
      const owner = type === 'DELETED' ? controllerOf(object) : undefined
      const rs = owner && store.get('replicasets', object.metadata.namespace, owner.name)
      if (rs) wake(rs)
    }),
  ]
  return () => {
    for (const off of unwatch) off()
    queue.stop()
  }
}

/** One look at a Deployment: what it reads once and writes as it goes. */
interface Sync {
  context: ControllerContext
  queue: WorkQueue
  deployment: KubeObject
  /** sorted by creation */
  sets: KubeObject[]
}

function reconcile(context: ControllerContext, queue: WorkQueue, key: string): void {
  const { namespace, name } = splitKey(key)
  const deployment = context.store.get('deployments', namespace, name)
  if (!deployment) return
  const sets = claimChildren(context, 'replicasets', deployment).sort(byCreation)
  const sync: Sync = { context, queue, deployment, sets }
  if (deployment.metadata.deletionTimestamp) {
    writeStatus(sync, false)
    return
  }
  notePause(sync)
  if (sync.deployment.spec.paused || isScaling(sync.deployment, sets)) scale(sync)
  else if (sync.deployment.spec.strategy.type === 'Recreate') recreate(sync)
  else roll(sync)
}

const newSetOf = (sync: Sync): KubeObject | undefined => findNew(sync.deployment, sync.sets)
const oldSetsOf = (sync: Sync): KubeObject[] => {
  const current = newSetOf(sync)
  return sync.sets.filter((rs) => rs.metadata.uid !== current?.metadata.uid)
}

function scale(sync: Sync): void {
  const { deployment } = sync
  syncRevision(sync)
  resize(sync, scaledSizes(deployment, newSetOf(sync), oldSetsOf(sync)))
  if (deployment.spec.paused) cleanUp(sync)
  writeStatus(sync, false)
}

function roll(sync: Sync): void {
  const current = ensureNewSet(sync)
  // One move at a time: what the second would do depends on what the first brings about.
  if (!resize(sync, [{ set: current, replicas: grownSize(sync.deployment, current, sync.sets) }])) {
    resize(sync, shrunkSizes(sync.deployment, current, oldSetsOf(sync)))
  }
  writeStatus(sync, true)
}

function recreate(sync: Sync): void {
  const { context, deployment } = sync
  syncRevision(sync)
  resize(
    sync,
    active(oldSetsOf(sync)).map((set) => ({ set, replicas: 0 })),
  )
  const oldUids = new Set(oldSetsOf(sync).map((rs) => rs.metadata.uid))
  const stillRunning = context.store
    .list('pods', { namespace: deployment.metadata.namespace })
    .some((pod) => oldUids.has(controllerOf(pod)?.uid ?? '') && !isPodFinished(pod))
  if (!stillRunning) {
    const current = ensureNewSet(sync)
    resize(sync, [{ set: current, replicas: deployment.spec.replicas }])
  }
  writeStatus(sync, true)
}

/** Finds or creates the ReplicaSet of the current template. */
function ensureNewSet(sync: Sync): KubeObject {
  const found = syncRevision(sync)
  return found ?? createSet(sync)
}

const nextRevision = (sync: Sync): number => Math.max(0, ...oldSetsOf(sync).map(revisionOf)) + 1

/** Gives the new ReplicaSet, if it exists, the next revision; that is also how a roll-back to an old template becomes the newest. */
function syncRevision(sync: Sync): KubeObject | undefined {
  const { context, deployment } = sync
  const found = newSetOf(sync)
  if (!found) return undefined
  const revision = nextRevision(sync)
  const updated = context.store.mutate('replicasets', found.metadata.namespace, found.metadata.name, (draft) => {
    setRevisionAnnotations(draft, deployment, revision)
    if (deployment.spec.minReadySeconds) draft.spec.minReadySeconds = deployment.spec.minReadySeconds
    else delete draft.spec.minReadySeconds
  })
  if (!updated) return undefined
  replaceSet(sync, updated)
  setDeploymentRevision(sync, revisionOf(updated))
  const condition = deployment.status?.conditions?.find((c: Condition) => c.type === 'Progressing')
  if (!condition && hasDeadline(deployment)) progress(sync, 'FoundNewReplicaSet', `Found new replica set "${updated.metadata.name}"`)
  return updated
}

function createSet(sync: Sync): KubeObject {
  const { deployment, sets } = sync
  const { namespace, name } = deployment.metadata
  const hash = templateHash(deployment.spec.template, deployment.status?.collisionCount)
  const { template, selector, minReadySeconds } = deployment.spec
  const revision = nextRevision(sync)
  const replicas = newReplicas(deployment, sets, 0)
  const labels = { ...template.metadata?.labels, [hashLabel]: hash }
  const object = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `${name}-${hash}`, namespace, labels, ownerReferences: [controllerReference(deployment)], annotations: {} },
    spec: {
      replicas,
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }
  setRevisionAnnotations(object, deployment, revision)
  setSizeAnnotations(object, deployment.spec.replicas, deployment.spec.replicas + bounds(deployment).surge)
  const created = attempt(sync, object)
  sync.sets = [...sets, created]
  if (replicas > 0) recordScaling(sync, created, 0, replicas)
  setDeploymentRevision(sync, revision)
  progress(sync, 'NewReplicaSetCreated', `Created new replica set "${created.metadata.name}"`)
  return created
}

/** A name already taken by another template means that two templates share a hash: count the collision and try again with it. */
function attempt(sync: Sync, object: Parameters<ControllerContext['store']['create']>[1]): KubeObject {
  try {
    return sync.context.store.create('replicasets', object)
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'AlreadyExists') {
      updateStatus(sync, (status) => {
        status.collisionCount = (status.collisionCount ?? 0) + 1
      })
    } else progressFailed(sync, error)
    throw error
  }
}

function progressFailed(sync: Sync, error: unknown): void {
  const message = `Failed to create new replica set: ${error instanceof Error ? error.message : String(error)}`
  const { deployment, context } = sync
  updateStatus(sync, (status) => {
    status.conditions = withCondition(
      status.conditions ?? [],
      { type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError', message },
      now(context),
    )
  })
  context.events.record(component, deployment, { type: 'Warning', reason: 'ReplicaSetCreateError', message })
}

function replaceSet(sync: Sync, updated: KubeObject): void {
  sync.sets = sync.sets.map((rs) => (rs.metadata.uid === updated.metadata.uid ? updated : rs))
}

/** Applies sizes that differ; true when something changed. */
function resize(sync: Sync, sizes: readonly Size[]): boolean {
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

function recordScaling(sync: Sync, rs: KubeObject, from: number, to: number): void {
  const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${rs.metadata.name} from ${from} to ${to}`
  sync.context.events.record(component, sync.deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message })
}

function setDeploymentRevision(sync: Sync, revision: number): void {
  const { namespace, name } = sync.deployment.metadata
  const updated = sync.context.store.mutate('deployments', namespace, name, (draft) => {
    draft.metadata.annotations = { ...draft.metadata.annotations, [revisionAnnotation]: String(revision) }
  })
  if (updated) sync.deployment = updated
}

function updateStatus(sync: Sync, change: (status: KubeObject) => void): void {
  const { namespace, name } = sync.deployment.metadata
  const apply = (draft: KubeObject): void => {
    draft.status ??= {}
    change(draft.status)
  }
  const updated = sync.context.store.mutate('deployments', namespace, name, apply, { subresource: 'status' })
  if (updated) sync.deployment = updated
}

function progress(sync: Sync, reason: string, message: string, status = 'True'): void {
  if (!hasDeadline(sync.deployment)) return
  updateStatus(sync, (draft) => {
    draft.conditions = withCondition(draft.conditions ?? [], { type: 'Progressing', status, reason, message }, now(sync.context))
  })
}

/** A paused rollout must not run into its deadline. */
function notePause(sync: Sync): void {
  const reason = sync.deployment.status?.conditions?.find((c: Condition) => c.type === 'Progressing')?.reason
  if (reason === 'ProgressDeadlineExceeded') return
  if (sync.deployment.spec.paused && reason !== 'DeploymentPaused') progress(sync, 'DeploymentPaused', 'Deployment is paused', 'Unknown')
  else if (!sync.deployment.spec.paused && reason === 'DeploymentPaused')
    progress(sync, 'DeploymentResumed', 'Deployment is resumed', 'Unknown')
}

/** Old, empty ReplicaSets beyond the history limit go, oldest revision first. */
function cleanUp(sync: Sync): void {
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
function writeStatus(sync: Sync, rollout: boolean): void {
  const { context } = sync
  const nowMs = context.clock.now()
  const current = newSetOf(sync)
  if (rollout && sync.deployment.status && isComplete(sync.deployment, sync.deployment.status) && replicasOf(oldSetsOf(sync)) === 0)
    cleanUp(sync)
  const status = countStatus(sync.deployment, sync.sets, current, now(context))
  if (rollout) status.conditions = withProgress(sync.deployment, status, current, now(context), nowMs)
  status.conditions = withReplicaFailure(status.conditions, sync.sets, now(context))
  const written = Object.fromEntries(Object.entries(status).filter(([field, value]) => field === 'observedGeneration' || value !== 0))
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
