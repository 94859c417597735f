// Finds or creates the ReplicaSet of a Deployment's current template, and numbers it. Used by deployment.ts.
import { ApiError, type KubeObject } from '../../api/store.ts'
import { type Condition, type ControllerContext, controllerReference, now } from '../controller.ts'
import { bounds, hashLabel, newReplicas, revisionOf, setRevisionAnnotations, setSizeAnnotations } from './replica-sets.ts'
import { hasDeadline, withCondition } from './status.ts'
import {
  component,
  newSetOf,
  oldSetsOf,
  progress,
  recordScaling,
  replaceSet,
  type Sync,
  setDeploymentRevision,
  updateStatus,
} from './sync.ts'
import { templateHash } from './template-hash.ts'

/** Finds or creates the ReplicaSet of the current template. */
export function ensureNewSet(sync: Sync): KubeObject {
  const found = syncRevision(sync)
  return found ?? createSet(sync)
}

const nextRevision = (sync: Sync): number => Math.max(0, ...oldSetsOf(sync).map(revisionOf)) + 1

/** Gives the new ReplicaSet, if it exists, the next revision; that is also how a roll-back to an old template becomes the newest. */
export function syncRevision(sync: Sync): KubeObject | undefined {
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
