// The scheduler: binds each pod without a node to the fitting node that has the fewest of its siblings.
import type { KubeObject } from '../api/store.ts'
import {
  type ControllerContext,
  conditionOf,
  controllerOf,
  isPodActive,
  isPodFinished,
  keyOf,
  now,
  type StartController,
  splitKey,
} from './controller.ts'
import { describeMisfits, misfit } from './node-fit.ts'
import { createWorkQueue, type WorkQueue } from './work-queue.ts'

const component = 'default-scheduler'
const controlPlaneLabel = 'node-role.kubernetes.io/control-plane'

export const startScheduler: StartController = (context) => {
  const { store } = context
  const pending = new Set<string>()
  const queue: WorkQueue = createWorkQueue({ ...context, name: component, reconcile: (key) => schedule(context, key) })
  const retryPending = (): void => {
    for (const key of pending) queue.add(key)
  }
  const unwatch = [
    store.watch('pods', ({ type, object }) => {
      const key = keyOf(object)
      if (type !== 'DELETED' && isWaiting(object)) {
        // Its own status change (unschedulable) is no news: what makes it fit is a change of nodes or of other pods.
        if (!pending.has(key)) queue.add(key)
        pending.add(key)
        return
      }
      const wasPending = pending.delete(key)
      if (!wasPending && (type === 'DELETED' || isPodFinished(object))) retryPending()
    }),
    store.watch('nodes', retryPending),
  ]
  return () => {
    for (const off of unwatch) off()
    queue.stop()
  }
}

const isWaiting = (pod: KubeObject): boolean =>
  !pod.spec.nodeName && !pod.metadata.deletionTimestamp && !isPodFinished(pod) && (pod.spec.schedulerName ?? component) === component

function schedule(context: ControllerContext, key: string): void {
  const { store } = context
  const { namespace, name } = splitKey(key)
  const pod = store.get('pods', namespace, name)
  if (!pod || !isWaiting(pod)) return
  const pods = store.list('pods')
  const nodes = store.list('nodes')
  const on = (node: KubeObject): KubeObject[] => pods.filter((p) => p.spec.nodeName === node.metadata.name)
  const verdicts = nodes.map((node) => ({ node, misfit: misfit(pod, node, on(node)) }))
  const fitting = verdicts.filter((v) => v.misfit === undefined).map((v) => v.node)
  const [chosen] = fitting.sort((a, b) => compareRanks(rank(pod, a, on(a)), rank(pod, b, on(b))))
  if (chosen) bind(context, pod, chosen)
  else refuse(context, pod, describeMisfits(verdicts.flatMap((v) => v.misfit ?? [])))
}

/** Lower is better: for cluster add-ons the control plane, where kind has them because they are scheduled before workers join; then few siblings, few pods, name. */
function rank(pod: KubeObject, node: KubeObject, others: readonly KubeObject[]): (number | string)[] {
  const addon = pod.spec.priorityClassName === 'system-cluster-critical'
  const owner = controllerOf(pod)?.uid
  const alive = others.filter(isPodActive)
  return [
    addon && node.metadata.labels?.[controlPlaneLabel] !== undefined ? 0 : 1,
    preferredWeight(pod, node) * -1,
    alive.filter((p) => owner !== undefined && controllerOf(p)?.uid === owner).length,
    alive.length,
    node.metadata.name,
  ]
}

function preferredWeight(pod: KubeObject, node: KubeObject): number {
  const preferences: { weight: number; preference: object }[] =
    pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  const wanting = (preference: object): KubeObject =>
    ({
      ...pod,
      spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [preference] } } } },
    }) as KubeObject
  const bare = { ...node, spec: {} } as KubeObject
  return preferences.filter((p) => misfit(wanting(p.preference), bare, []) === undefined).reduce((sum, p) => sum + p.weight, 0)
}

function compareRanks(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [i, x] of a.entries()) {
    const y = b[i] as number | string
    if (x !== y) return x < y ? -1 : 1
  }
  return 0
}

function bind(context: ControllerContext, pod: KubeObject, node: KubeObject): void {
  const { namespace, name } = pod.metadata
  context.store.mutate('pods', namespace, name, (draft) => {
    draft.spec.nodeName = node.metadata.name
  })
  setScheduled(context, pod, 'True')
  const message = `Successfully assigned ${namespace}/${name} to ${node.metadata.name}`
  context.events.record(component, pod, { type: 'Normal', reason: 'Scheduled', message })
}

function refuse(context: ControllerContext, pod: KubeObject, message: string): void {
  if (conditionOf(pod, 'PodScheduled')?.message === message) return
  setScheduled(context, pod, 'False', message)
  context.events.record(component, pod, { type: 'Warning', reason: 'FailedScheduling', message })
}

function setScheduled(context: ControllerContext, pod: KubeObject, status: 'True' | 'False', message?: string): void {
  const { namespace, name } = pod.metadata
  context.store.mutate(
    'pods',
    namespace,
    name,
    (draft) => {
      draft.status ??= {}
      const others = (draft.status.conditions ?? []).filter((c: { type: string }) => c.type !== 'PodScheduled')
      const reason = message === undefined ? {} : { reason: 'Unschedulable', message }
      const condition = { type: 'PodScheduled', status, lastProbeTime: null, lastTransitionTime: now(context), ...reason }
      draft.status.conditions = [...others, condition]
    },
    { subresource: 'status' },
  )
}
