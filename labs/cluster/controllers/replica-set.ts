// The ReplicaSet controller: as many pods as asked for, and a status that counts them.
import type { KubeObject } from '../api/store.ts'
import { claimChildren } from './claim.ts'
import {
  type Condition,
  type ControllerContext,
  conditionOf,
  controllerReference,
  isPodActive,
  isPodFinished,
  isPodReady,
  keyOf,
  msUntilAvailable,
  now,
  type StartController,
  splitKey,
} from './controller.ts'
import { byDeletionPreference } from './deletion-preference.ts'
import { watchOwnedPods } from './owned-pods.ts'
import { createWorkQueue, type WorkQueue } from './work-queue.ts'

const component = 'replicaset-controller'

export const startReplicaSetController: StartController = (context) => {
  const { store } = context
  const queue: WorkQueue = createWorkQueue({ ...context, name: component, reconcile: (key) => reconcile(context, queue, key) })
  const unwatch = [
    store.watch('replicasets', ({ type, object }) => {
      if (type !== 'DELETED') queue.add(keyOf(object))
    }),
    watchOwnedPods(context, queue, 'ReplicaSet', 'replicasets'),
  ]
  return () => {
    for (const off of unwatch) off()
    queue.stop()
  }
}

function reconcile(context: ControllerContext, queue: WorkQueue, key: string): void {
  const { namespace, name } = splitKey(key)
  const replicaSet = context.store.get('replicasets', namespace, name)
  if (!replicaSet) return
  const active = claimChildren(context, 'pods', replicaSet).filter(isPodActive)
  let failure: unknown
  if (!replicaSet.metadata.deletionTimestamp) {
    try {
      manage(context, replicaSet, active)
    } catch (error) {
      failure = error
    }
  }
  const children = claimChildren(context, 'pods', replicaSet)
  const pods = children.filter(isPodActive)
  const terminating = children.filter((pod) => pod.metadata.deletionTimestamp && !isPodFinished(pod)).length
  writeStatus(context, queue, replicaSet, pods, terminating, active.length, failure)
  if (failure) throw failure
}

/** Creates what is missing, deletes what is too much. */
function manage(context: ControllerContext, replicaSet: KubeObject, active: readonly KubeObject[]): void {
  const wanted: number = replicaSet.spec.replicas
  for (let i = active.length; i < wanted; i++) createPod(context, replicaSet)
  if (active.length <= wanted) return
  for (const pod of [...active].sort(byDeletionPreference(active, context.clock.now())).slice(0, active.length - wanted)) {
    context.store.delete('pods', pod.metadata.namespace, pod.metadata.name)
    context.events.record(component, replicaSet, {
      type: 'Normal',
      reason: 'SuccessfulDelete',
      message: `Deleted pod: ${pod.metadata.name}`,
    })
  }
}

function createPod(context: ControllerContext, replicaSet: KubeObject): void {
  const { template } = replicaSet.spec
  try {
    const pod = context.store.create('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: `${replicaSet.metadata.name}-`,
        namespace: replicaSet.metadata.namespace,
        labels: template.metadata?.labels,
        annotations: template.metadata?.annotations,
        finalizers: template.metadata?.finalizers,
        ownerReferences: [controllerReference(replicaSet)],
      },
      spec: template.spec,
    })
    context.events.record(component, replicaSet, {
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${pod.metadata.name}`,
    })
  } catch (error) {
    const message = `Error creating: ${error instanceof Error ? error.message : String(error)}`
    context.events.record(component, replicaSet, { type: 'Warning', reason: 'FailedCreate', message })
    throw error
  }
}

function writeStatus(
  context: ControllerContext,
  queue: WorkQueue,
  replicaSet: KubeObject,
  pods: readonly KubeObject[],
  terminating: number,
  countBefore: number,
  failure: unknown,
): void {
  const { namespace, name, generation } = replicaSet.metadata
  const labels = Object.entries(replicaSet.spec.template.metadata?.labels ?? {})
  const ready = pods.filter(isPodReady)
  const waits = ready.map((pod) => msUntilAvailable(context, pod, replicaSet.spec.minReadySeconds ?? 0))
  const status: Record<string, unknown> = {
    replicas: pods.length,
    fullyLabeledReplicas: pods.filter((pod) => labels.every(([k, v]) => pod.metadata.labels?.[k] === v)).length,
    readyReplicas: ready.length,
    availableReplicas: waits.filter((ms) => ms === 0).length,
    observedGeneration: generation,
    terminatingReplicas: terminating,
    conditions: conditions(context, replicaSet, countBefore, failure),
  }
  for (const [field, value] of Object.entries(status)) {
    if (!['replicas', 'terminatingReplicas'].includes(field) && (value === 0 || (Array.isArray(value) && value.length === 0)))
      delete status[field]
  }
  context.store.mutate('replicasets', namespace, name, (draft) => Object.assign(draft, { status }), { subresource: 'status' })
  const soonest = Math.min(...waits.filter((ms) => ms > 0))
  if (Number.isFinite(soonest)) queue.addAfter(keyOf(replicaSet), soonest)
}

/** ReplicaFailure while pods cannot be created or deleted; upstream has no other condition here. */
function conditions(context: ControllerContext, replicaSet: KubeObject, countBefore: number, failure: unknown): Condition[] {
  const others = (replicaSet.status?.conditions ?? []).filter((c: Condition) => c.type !== 'ReplicaFailure')
  if (failure === undefined) return others
  const known = conditionOf(replicaSet, 'ReplicaFailure')
  const reason = countBefore < replicaSet.spec.replicas ? 'FailedCreate' : 'FailedDelete'
  if (known?.status === 'True' && known.reason === reason) return [...others, known]
  const message = failure instanceof Error ? failure.message : String(failure)
  return [...others, { type: 'ReplicaFailure', status: 'True', lastTransitionTime: now(context), reason, message }]
}
