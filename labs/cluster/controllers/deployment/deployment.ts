// The Deployment controller: one ReplicaSet per version of the template, moved from old to new as the strategy says.
import type { KubeObject } from '../../api/store.ts'
import { claimChildren, ownersMatching } from '../claim.ts'
import { type ControllerContext, controllerOf, isPodFinished, keyOf, type StartController, splitKey } from '../controller.ts'
import { createWorkQueue, type WorkQueue } from '../work-queue.ts'
import { ensureNewSet, syncRevision } from './new-replica-set.ts'
import { active, byCreation } from './replica-sets.ts'
import { grownSize, shrunkSizes } from './rollout.ts'
import { isScaling, scaledSizes } from './scaling.ts'
import { cleanUp, writeStatus } from './status-writer.ts'
import { component, newSetOf, notePause, oldSetsOf, resize, type Sync } from './sync.ts'

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
