// The taint eviction controller: a pod that does not tolerate a NoExecute taint of its node is deleted, one that tolerates it for a while after that
// while. Started by start.ts.
import type { KubeObject } from '../api/store.ts'
import { keyOf, type StartController } from './controller.ts'
import { type Taint, type Toleration, tolerates } from './node-fit.ts'

const component = 'taint-eviction-controller'
/** what a timer can wait: 24 days */
const longestMs = 2 ** 31 - 1

/** How long the pod may stay, in ms: Infinity for ever, 0 not at all. */
export function patience(tolerations: readonly Toleration[] = [], taints: readonly Taint[]): number {
  const executing = taints.filter(({ effect }) => effect === 'NoExecute')
  if (executing.some((taint) => !tolerates(tolerations, taint))) return 0
  const used = tolerations.filter((toleration) => executing.some((taint) => tolerates([toleration], taint)))
  return Math.min(
    ...used.map(({ tolerationSeconds }) => (tolerationSeconds === undefined ? Infinity : Math.max(0, tolerationSeconds) * 1000)),
  )
}

export const startTaintEviction: StartController = ({ store, clock, events, log }) => {
  /** by uid of the pod */
  const planned = new Map<string, { cancel(): void; sinceMs: number; patienceMs: number }>()

  function evict(pod: KubeObject): void {
    planned.delete(pod.metadata.uid)
    const { namespace, name, uid } = pod.metadata
    if (store.get('pods', namespace, name)?.metadata.uid !== uid) return
    events.record(component, pod, { type: 'Normal', reason: 'TaintManagerEviction', message: `Marking for deletion Pod ${keyOf(pod)}` })
    store.delete('pods', namespace, name)
  }

  function look(pod: KubeObject): void {
    const { uid, deletionTimestamp } = pod.metadata
    const node = pod.spec.nodeName ? store.get('nodes', undefined, pod.spec.nodeName) : undefined
    const taints: Taint[] = (node?.spec?.taints ?? []).filter(({ effect }: Taint) => effect === 'NoExecute')
    const known = planned.get(uid)
    if (deletionTimestamp) {
      forget(uid)
      return
    }
    if (taints.length === 0) {
      if (known) {
        forget(uid)
        const message = `Cancelling deletion of Pod ${keyOf(pod)}`
        events.record(component, pod, { type: 'Normal', reason: 'TaintManagerEviction', message })
      }
      return
    }
    const patienceMs = patience(pod.spec.tolerations, taints)
    if (known?.patienceMs === patienceMs) return
    const sinceMs = known?.sinceMs ?? clock.monotonicMs()
    forget(uid)
    if (patienceMs === Infinity) return
    // even at once it is later: this runs inside the write that brought the taint
    const cancel = clock.after(Math.min(longestMs, Math.max(0, sinceMs + patienceMs - clock.monotonicMs())), () => {
      try {
        evict(pod)
      } catch (error) {
        log.error({ error: String(error) }, component)
      }
    })
    planned.set(uid, { cancel, sinceMs, patienceMs })
  }
  function forget(uid: string): void {
    planned.get(uid)?.cancel()
    planned.delete(uid)
  }

  const unwatch = [
    store.watch('pods', ({ type, object }) => (type === 'DELETED' ? forget(object.metadata.uid) : look(object))),
    store.watch('nodes', ({ object }) => {
      for (const pod of store.list('pods')) if (pod.spec.nodeName === object.metadata.name) look(pod)
    }),
  ]
  return () => {
    for (const off of unwatch) off()
    for (const uid of [...planned.keys()]) forget(uid)
  }
}
