// The node lifecycle controller: a node whose lease is not renewed is Unknown and its pods are not ready, and taints say of a node what its
// conditions and a cordon say. Started by start.ts.
import type { KubeObject } from '../api/store.ts'
import { type Condition, type ControllerContext, conditionOf, now, type StartController } from './controller.ts'
import type { Taint } from './node-fit.ts'

const component = 'node-controller'
/** upstream's --node-monitor-period and --node-monitor-grace-period */
const periodMs = 5_000
const graceMs = 50_000

const key = (name: string) => `node.kubernetes.io/${name}`
const ours = ['unschedulable', 'not-ready', 'unreachable'].map(key)
const both = (name: string): Taint[] => ['NoSchedule', 'NoExecute'].map((effect) => ({ key: key(name), effect }))

function wantedTaints(node: KubeObject): Taint[] {
  const ready = conditionOf(node, 'Ready')?.status
  return [
    ...(ready === 'False' ? both('not-ready') : ready === 'Unknown' ? both('unreachable') : []),
    ...(node.spec?.unschedulable ? [{ key: key('unschedulable'), effect: 'NoSchedule' }] : []),
  ]
}
const isSame = (a: Taint, b: Taint) => a.key === b.key && a.effect === b.effect

function writeTaints(context: ControllerContext, node: KubeObject): void {
  const wanted = wantedTaints(node)
  const present = ((node.spec?.taints ?? []) as Taint[]).filter((taint) => ours.includes(taint.key))
  if (wanted.length === present.length && wanted.every((taint) => present.some((other) => isSame(taint, other)))) return
  context.store.mutate('nodes', undefined, node.metadata.name, (draft) => {
    const taints = ((draft.spec.taints ?? []) as Taint[]).filter(
      (taint) => !ours.includes(taint.key) || wanted.some((other) => isSame(taint, other)),
    )
    for (const taint of wanted)
      if (!taints.some((other) => isSame(taint, other))) taints.push({ ...taint, timeAdded: now(context) } as Taint)
    if (taints.length) draft.spec.taints = taints
    else delete draft.spec.taints
  })
}

/** Nobody has heard of the node for too long. */
function markUnknown(context: ControllerContext, node: KubeObject): void {
  const { store, events } = context
  const { name } = node.metadata
  const at = now(context)
  const change = (draft: KubeObject): void => {
    draft.status.conditions = (draft.status.conditions as Condition[]).map((condition) =>
      condition.status === 'Unknown'
        ? condition
        : {
            ...condition,
            status: 'Unknown',
            reason: 'NodeStatusUnknown',
            message: 'Kubelet stopped posting node status.',
            lastTransitionTime: at,
          },
    )
  }
  store.mutate('nodes', undefined, name, change, { subresource: 'status' })
  const status = { type: 'Normal', reason: 'NodeNotReady', message: `Node ${name} status is now: NodeNotReady` } as const
  events.record(component, node, status)
  for (const pod of store.list('pods').filter(({ spec }) => spec.nodeName === name)) markNotReady(context, pod)
}

function markNotReady({ store, events, clock }: ControllerContext, pod: KubeObject): void {
  if (conditionOf(pod, 'Ready')?.status !== 'True') return
  const { namespace, name } = pod.metadata
  const at = now({ clock })
  const change = (draft: KubeObject): void => {
    const ready = conditionOf(draft, 'Ready')
    if (ready) Object.assign(ready, { status: 'False', lastTransitionTime: at })
  }
  store.mutate('pods', namespace, name, change, { subresource: 'status' })
  events.record(component, pod, { type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' })
}

export const startNodeLifecycle: StartController = (context) => {
  const { store, clock, log } = context
  /** when the latest renewal of each node's lease was seen, by a clock that does not jump: a laptop that slept has lost no node */
  const seen = new Map<string, { renewTime: string; atMs: number }>()
  let cancel = () => {}

  function look(): void {
    for (const node of store.list('nodes')) {
      const { name } = node.metadata
      const renewTime: string | undefined = store.get('leases', 'kube-node-lease', name)?.spec.renewTime
      if (renewTime === undefined) continue
      const known = seen.get(name)
      if (known?.renewTime !== renewTime) seen.set(name, { renewTime, atMs: clock.monotonicMs() })
      else if (clock.monotonicMs() - known.atMs > graceMs && conditionOf(node, 'Ready')?.status !== 'Unknown') markUnknown(context, node)
    }
  }
  function plan(): void {
    cancel = clock.after(periodMs, () => {
      try {
        look()
      } catch (error) {
        log.error({ error: String(error) }, component)
      }
      plan()
    })
  }
  plan()
  const unwatch = store.watch('nodes', ({ type, object }) => {
    if (type === 'DELETED') seen.delete(object.metadata.name)
    else writeTaints(context, object)
  })
  return () => {
    cancel()
    unwatch()
  }
}
