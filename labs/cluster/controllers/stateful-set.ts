// The StatefulSet controller: pods with a number for a name, made one after the other, replaced from the highest down. Started by start.ts.
import type { KubeObject } from '../api/store.ts'
import { claimChildren } from './claim.ts'
import {
  type ControllerContext,
  controllerReference,
  isPodFinished,
  isPodReady,
  keyOf,
  msUntilAvailable,
  resolveAmount,
  type StartController,
  splitKey,
} from './controller.ts'
import { templateHash } from './deployment/template-hash.ts'
import { watchOwnedPods } from './owned-pods.ts'
import { forgetRevisions, keepRevision, revisionName, templateOf } from './revisions.ts'
import { createWorkQueue, type WorkQueue } from './work-queue.ts'

const component = 'statefulset-controller'
/** on pods, with the revision's whole name */
const revisionLabel = 'controller-revision-hash'
/** on revisions */
const hashLabel = 'controller.kubernetes.io/hash'

export const startStatefulSetController: StartController = (context) => {
  const { store } = context
  const queue: WorkQueue = createWorkQueue({ ...context, name: component, reconcile: (key) => reconcile(context, queue, key) })
  const unwatch = [
    store.watch('statefulsets', ({ type, object }) => {
      if (type !== 'DELETED') queue.add(keyOf(object))
    }),
    watchOwnedPods(context, queue, 'StatefulSet', 'statefulsets'),
  ]
  return () => {
    for (const off of unwatch) off()
    queue.stop()
  }
}

/** The number at the end of a pod's name; undefined when the name is not of this set. */
function ordinalOf(set: KubeObject, pod: KubeObject): number | undefined {
  const [, parent, number] = /^(.*)-(0|[1-9]\d*)$/.exec(pod.metadata.name) ?? []
  return parent === set.metadata.name ? Number(number) : undefined
}

/** One look at a set and its pods. */
interface State {
  set: KubeObject
  /** names of revisions: what pods below the partition have, and what the others shall have */
  current: string
  update: string
  first: number
  pods: Map<number, KubeObject>
  isAvailable(pod: KubeObject | undefined): boolean
}

function look(context: ControllerContext, set: KubeObject, update: string): State {
  const pods = new Map<number, KubeObject>()
  for (const pod of claimChildren(context, 'pods', set, (pod) => ordinalOf(set, pod) !== undefined)) {
    pods.set(ordinalOf(set, pod) as number, pod)
  }
  return {
    ...{ set, update, pods },
    current: set.status?.currentRevision ?? update,
    first: set.spec.ordinals?.start ?? 0,
    isAvailable: (pod) =>
      pod !== undefined &&
      !pod.metadata.deletionTimestamp &&
      isPodReady(pod) &&
      msUntilAvailable(context, pod, set.spec.minReadySeconds ?? 0) === 0,
  }
}

function reconcile(context: ControllerContext, queue: WorkQueue, key: string): void {
  const { namespace, name } = splitKey(key)
  const set = context.store.get('statefulsets', namespace, name)
  if (!set || set.metadata.deletionTimestamp) return
  const hash = templateHash(set.spec.template)
  const update = revisionName(set, hash)
  keepRevision(context, set, hash, hashLabel)
  manage(context, look(context, set, update))
  const after = look(context, set, update)
  writeStatus(context, queue, after)
  forgetRevisions(context, set, [update, after.current])
}

/** One step where the set goes step by step; what comes of it brings the next. */
function manage(context: ControllerContext, state: State): void {
  const { set, first, pods, isAvailable } = state
  const ordered = set.spec.podManagementPolicy === 'OrderedReady'
  const end = first + set.spec.replicas
  for (let ordinal = first; ordinal < end; ordinal++) {
    const pod = pods.get(ordinal)
    if (!pod) createPod(context, state, ordinal)
    else if (isPodFinished(pod) && !pod.metadata.deletionTimestamp) replaceFinished(context, set, pod)
    else if (isAvailable(pod)) continue
    if (ordered) return
  }
  const surplus = [...pods.keys()].filter((ordinal) => ordinal < first || ordinal >= end).sort((a, b) => b - a)
  for (const ordinal of surplus) {
    const pod = pods.get(ordinal) as KubeObject
    if (!pod.metadata.deletionTimestamp) remove(context, set, pod)
    if (ordered) return
  }
  if (set.spec.updateStrategy.type === 'RollingUpdate') replaceOld(context, state, end)
}

/** From the highest number down to the partition, as many at a time as may be unavailable. */
function replaceOld(context: ControllerContext, { set, first, update, pods, isAvailable }: State, end: number): void {
  const { partition, maxUnavailable } = set.spec.updateStrategy.rollingUpdate
  const most = Math.max(1, resolveAmount(maxUnavailable, set.spec.replicas, 'up'))
  let unavailable = 0
  for (let ordinal = first; ordinal < end; ordinal++) if (!isAvailable(pods.get(ordinal))) unavailable++
  for (let ordinal = end - 1; ordinal >= Math.max(first, partition) && unavailable < most; ordinal--) {
    const pod = pods.get(ordinal)
    if (!pod || pod.metadata.deletionTimestamp || pod.metadata.labels?.[revisionLabel] === update) continue
    remove(context, set, pod)
    unavailable++
  }
}

function createPod(context: ControllerContext, { set, first, current, update }: State, ordinal: number): void {
  const { store, events } = context
  const below = ordinal < first + (set.spec.updateStrategy.rollingUpdate?.partition ?? 0)
  const old = below ? templateOf(context, set, current) : undefined
  const { metadata, spec } = old ?? set.spec.template
  const name = `${set.metadata.name}-${ordinal}`
  try {
    store.create('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace: set.metadata.namespace,
        labels: {
          ...metadata?.labels,
          'apps.kubernetes.io/pod-index': String(ordinal),
          [revisionLabel]: old ? current : update,
          'statefulset.kubernetes.io/pod-name': name,
        },
        annotations: metadata?.annotations,
        finalizers: metadata?.finalizers,
        ownerReferences: [controllerReference(set)],
      },
      spec: { ...spec, hostname: name, ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}) },
    })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    events.record(component, set, {
      type: 'Warning',
      reason: 'FailedCreate',
      message: `create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${why}`,
    })
    throw error
  }
  events.record(component, set, {
    type: 'Normal',
    reason: 'SuccessfulCreate',
    message: `create Pod ${name} in StatefulSet ${set.metadata.name} successful`,
  })
}

function remove({ store, events }: ControllerContext, set: KubeObject, { metadata }: KubeObject): void {
  store.delete('pods', metadata.namespace, metadata.name)
  const message = `delete Pod ${metadata.name} in StatefulSet ${set.metadata.name} successful`
  events.record(component, set, { type: 'Normal', reason: 'SuccessfulDelete', message })
}

function replaceFinished(context: ControllerContext, set: KubeObject, pod: KubeObject): void {
  const [type, reason, word] =
    pod.status.phase === 'Failed'
      ? (['Warning', 'RecreatingFailedPod', 'failed'] as const)
      : (['Normal', 'RecreatingTerminatedPod', 'terminated'] as const)
  const message = `StatefulSet ${keyOf(set)} is recreating ${word} Pod ${pod.metadata.name}`
  context.events.record(component, set, { type, reason, message })
  remove(context, set, pod)
}

function writeStatus(context: ControllerContext, queue: WorkQueue, { set, current, update, first, pods, isAvailable }: State): void {
  const all = [...pods.values()]
  const ready = all.filter(isPodReady)
  const inRange = [...pods].filter(([ordinal]) => ordinal >= first && ordinal < first + set.spec.replicas).map(([, pod]) => pod)
  const of = (revision: string) =>
    inRange.filter((pod) => !pod.metadata.deletionTimestamp && pod.metadata.labels?.[revisionLabel] === revision).length
  const { replicas } = set.spec
  // an update is over when everybody has it and is ready
  const isOver =
    set.spec.updateStrategy.type === 'RollingUpdate' && [of(update), ready.length, all.length].every((count) => count === replicas)
  const now = isOver ? update : current
  const status: Record<string, unknown> = {
    availableReplicas: all.filter(isAvailable).length,
    collisionCount: 0,
    currentRevision: now,
    observedGeneration: set.metadata.generation ?? 1,
    replicas: all.length,
    updateRevision: update,
  }
  const counts = { currentReplicas: of(now), readyReplicas: ready.length, updatedReplicas: of(update) }
  for (const [field, count] of Object.entries(counts)) if (count > 0) status[field] = count
  const { namespace, name } = set.metadata
  context.store.mutate('statefulsets', namespace, name, (draft) => Object.assign(draft, { status }), { subresource: 'status' })
  const waits = ready.map((pod) => msUntilAvailable(context, pod, set.spec.minReadySeconds ?? 0)).filter((ms) => ms > 0)
  if (waits.length > 0) queue.addAfter(keyOf(set), Math.min(...waits))
}
