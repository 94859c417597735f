// The DaemonSet controller: one pod on every node that may run it, replaced node by node when the template changes. Started by start.ts.
import { templateGenerationAnnotation } from '../api/resources/daemon-set.ts'
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
import { misfit, type Taint } from './node-fit.ts'
import { watchOwnedPods } from './owned-pods.ts'
import { forgetRevisions, keepRevision, revisionName } from './revisions.ts'
import { createWorkQueue, type WorkQueue } from './work-queue.ts'

const component = 'daemonset-controller'
const hashLabel = 'controller-revision-hash'

export const startDaemonSetController: StartController = (context) => {
  const { store } = context
  const queue: WorkQueue = createWorkQueue({ ...context, name: component, reconcile: (key) => reconcile(context, queue, key) })
  const unwatch = [
    store.watch('daemonsets', ({ type, object }) => {
      if (type !== 'DELETED') queue.add(keyOf(object))
    }),
    watchOwnedPods(context, queue, 'DaemonSet', 'daemonsets'),
    store.watch('nodes', () => {
      for (const set of store.list('daemonsets')) queue.add(keyOf(set))
    }),
  ]
  return () => {
    for (const off of unwatch) off()
    queue.stop()
  }
}

function reconcile(context: ControllerContext, queue: WorkQueue, key: string): void {
  const { namespace, name } = splitKey(key)
  const set = context.store.get('daemonsets', namespace, name)
  if (!set || set.metadata.deletionTimestamp) return
  const hash = templateHash(set.spec.template)
  keepRevision(context, set, hash, hashLabel)
  forgetRevisions(context, set, [revisionName(set, hash)])
  manage(context, set, hash)
  if (set.spec.updateStrategy.type === 'RollingUpdate') replaceOld(context, set, hash)
  writeStatus(context, queue, set, hash)
}

/** The node a pod is on, or the one its affinity sends it to. */
const targetNode = (pod: KubeObject): string | undefined =>
  pod.spec.nodeName ??
  pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms?.[0]?.matchFields?.[0]?.values?.[0]

function podsByNode(context: ControllerContext, set: KubeObject): Map<string, KubeObject[]> {
  const byNode = new Map<string, KubeObject[]>()
  for (const pod of claimChildren(context, 'pods', set)) {
    const node = targetNode(pod) ?? ''
    byNode.set(node, [...(byNode.get(node) ?? []), pod])
  }
  return byNode
}

const tolerated = (hostNetwork: boolean) => [
  ...['not-ready', 'unreachable'].map((key) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute' })),
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable', ...(hostNetwork ? ['network-unavailable'] : [])].map((key) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoSchedule',
  })),
]

/** The spec of the pod for one node; without one, as the template has it. */
function podSpec(set: KubeObject, node?: string): KubeObject['spec'] {
  const { spec } = set.spec.template
  const tolerations = [...(spec.tolerations ?? []), ...tolerated(spec.hostNetwork === true)]
  if (node === undefined) return { ...spec, tolerations }
  const terms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }]
  const nodeAffinity = {
    ...spec.affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms },
  }
  return { ...spec, tolerations, affinity: { ...spec.affinity, nodeAffinity } }
}

/** Whether a pod belongs there, and whether one that is there may stay: a NoSchedule taint that came later does not drive it away. */
function verdict(set: KubeObject, node: KubeObject): { run: boolean; stay: boolean } {
  const pod = { ...set, spec: podSpec(set) } as KubeObject
  // room is the scheduler's business
  const bare = { ...node, status: {} }
  const executing = { ...bare, spec: { ...node.spec, taints: (node.spec?.taints ?? []).filter((t: Taint) => t.effect === 'NoExecute') } }
  return { run: misfit(pod, bare, []) === undefined, stay: misfit(pod, executing, []) === undefined }
}

function manage(context: ControllerContext, set: KubeObject, hash: string): void {
  const byNode = podsByNode(context, set)
  for (const node of context.store.list('nodes')) {
    const { name } = node.metadata
    const pods = byNode.get(name) ?? []
    byNode.delete(name)
    const { run, stay } = verdict(set, node)
    const alive = pods.filter((pod) => !pod.metadata.deletionTimestamp)
    if (!stay) for (const pod of alive) remove(context, set, pod)
    else if (pods.length === 0 && run) createPod(context, set, hash, name)
    else {
      for (const pod of alive.filter(isPodFinished)) removeFinished(context, set, pod, name)
      const byAge = alive
        .filter((pod) => !isPodFinished(pod))
        .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1))
      for (const pod of byAge.slice(1)) remove(context, set, pod)
    }
  }
  for (const pod of [...byNode.values()].flat()) if (!pod.metadata.deletionTimestamp) remove(context, set, pod)
}

function createPod({ store, events }: ControllerContext, set: KubeObject, hash: string, node: string): void {
  const { metadata } = set.spec.template
  try {
    const pod = store.create('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: `${set.metadata.name}-`,
        namespace: set.metadata.namespace,
        labels: {
          ...metadata?.labels,
          [hashLabel]: hash,
          'pod-template-generation': set.metadata.annotations?.[templateGenerationAnnotation] ?? '1',
        },
        annotations: metadata?.annotations,
        finalizers: metadata?.finalizers,
        ownerReferences: [controllerReference(set)],
      },
      spec: podSpec(set, node),
    })
    events.record(component, set, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}` })
  } catch (error) {
    const message = `Error creating: ${error instanceof Error ? error.message : String(error)}`
    events.record(component, set, { type: 'Warning', reason: 'FailedCreate', message })
    throw error
  }
}

function remove({ store, events }: ControllerContext, set: KubeObject, pod: KubeObject): void {
  store.delete('pods', pod.metadata.namespace, pod.metadata.name)
  events.record(component, set, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}` })
}

function removeFinished(context: ControllerContext, set: KubeObject, pod: KubeObject, node: string): void {
  const word = pod.status.phase === 'Failed' ? 'failed' : 'succeeded'
  const message = `Found ${word} daemon pod ${keyOf(pod)} on node ${node}, will try to ${word === 'failed' ? 'kill' : 'delete'} it`
  const type = word === 'failed' ? 'Warning' : 'Normal'
  context.events.record(component, set, { type, reason: word === 'failed' ? 'FailedDaemonPod' : 'SucceededDaemonPod', message })
  remove(context, set, pod)
}

const isAvailable = (context: ControllerContext, set: KubeObject, pod: KubeObject): boolean =>
  isPodReady(pod) && msUntilAvailable(context, pod, set.spec.minReadySeconds ?? 0) === 0
const isCurrent = (pod: KubeObject, hash: string): boolean => pod.metadata.labels?.[hashLabel] === hash

/** Deletes pods of an old template: those that are not available at once, others as many as may be unavailable. */
function replaceOld(context: ControllerContext, set: KubeObject, hash: string): void {
  const byNode = podsByNode(context, set)
  const wanted = context.store.list('nodes').filter((node) => verdict(set, node).run)
  let unavailable = 0
  const broken: KubeObject[] = []
  const candidates: KubeObject[] = []
  for (const node of wanted) {
    const pod = (byNode.get(node.metadata.name) ?? []).find(({ metadata }) => !metadata.deletionTimestamp)
    const available = pod !== undefined && isAvailable(context, set, pod)
    if (!available) unavailable++
    if (pod && !isCurrent(pod, hash)) (available ? candidates : broken).push(pod)
  }
  const most = resolveAmount(set.spec.updateStrategy.rollingUpdate?.maxUnavailable, wanted.length, 'up')
  for (const pod of [...broken, ...candidates.slice(0, Math.max(0, most - unavailable))]) remove(context, set, pod)
}

function writeStatus(context: ControllerContext, queue: WorkQueue, set: KubeObject, hash: string): void {
  const byNode = podsByNode(context, set)
  const nodes = context.store.list('nodes')
  const wanted = nodes.filter((node) => verdict(set, node).run)
  const podOn = (node: KubeObject) => byNode.get(node.metadata.name)?.[0]
  const pods = wanted.flatMap((node) => podOn(node) ?? [])
  const available = pods.filter((pod) => isAvailable(context, set, pod)).length
  const status: Record<string, number> = {
    currentNumberScheduled: pods.length,
    desiredNumberScheduled: wanted.length,
    numberMisscheduled: nodes.filter((node) => !wanted.includes(node) && podOn(node)).length,
    numberReady: pods.filter(isPodReady).length,
    observedGeneration: set.metadata.generation ?? 1,
  }
  const more = {
    updatedNumberScheduled: pods.filter((pod) => isCurrent(pod, hash)).length,
    numberAvailable: available,
    numberUnavailable: wanted.length - available,
  }
  for (const [field, value] of Object.entries(more)) if (value > 0) status[field] = value
  const { namespace, name } = set.metadata
  context.store.mutate('daemonsets', namespace, name, (draft) => Object.assign(draft, { status }), { subresource: 'status' })
  const waits = pods.filter(isPodReady).map((pod) => msUntilAvailable(context, pod, set.spec.minReadySeconds ?? 0))
  const soonest = Math.min(...waits.filter((ms) => ms > 0))
  if (Number.isFinite(soonest)) queue.addAfter(keyOf(set), soonest)
}
