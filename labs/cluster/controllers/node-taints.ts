// The part of upstream's node lifecycle controller that students see: a cordoned node has a taint that says so.
import type { StartController } from './controller.ts'
import { now } from './controller.ts'

const key = 'node.kubernetes.io/unschedulable'

export const startNodeTaints: StartController = (context) => {
  const { store } = context
  return store.watch('nodes', ({ type, object }) => {
    const isCordoned = object.spec?.unschedulable === true
    const isTainted = (object.spec?.taints ?? []).some((taint: { key: string }) => taint.key === key)
    if (type === 'DELETED' || isCordoned === isTainted) return
    store.mutate('nodes', undefined, object.metadata.name, (draft) => {
      const others = (draft.spec.taints ?? []).filter((taint: { key: string }) => taint.key !== key)
      const taints = draft.spec.unschedulable ? [...others, { effect: 'NoSchedule', key, timeAdded: now(context) }] : others
      if (taints.length) draft.spec.taints = taints
      else delete draft.spec.taints
    })
  })
}
