// What wakes a controller that owns pods: a change of one of them, or of one that it would take on. Used by the controllers of workloads.
import type { KubeObject } from '../api/store.ts'
import { ownersMatching } from './claim.ts'
import { type ControllerContext, controllerOf, keyOf } from './controller.ts'
import type { WorkQueue } from './work-queue.ts'

/** Adds the owner of each pod that changes to the queue, and the one it had before. Returns unsubscribe. */
export function watchOwnedPods(
  context: ControllerContext,
  queue: WorkQueue,
  kind: string,
  resource: Parameters<typeof ownersMatching>[1],
): () => void {
  const wake = (pod: KubeObject): void => {
    const controller = controllerOf(pod)
    if (controller?.kind === kind) queue.add(`${pod.metadata.namespace}/${controller.name}`)
    else if (!controller) for (const owner of ownersMatching(context, resource, pod)) queue.add(keyOf(owner))
  }
  return context.store.watch('pods', ({ object, old }) => {
    wake(object)
    if (old && controllerOf(old)?.uid !== controllerOf(object)?.uid) wake(old)
  })
}
