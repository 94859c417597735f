// Adoption: which objects a controller owns, takes on because its selector matches, or lets go because it no longer does.
import { matchesLabelSelector } from '../api/selectors.ts'
import type { KubeObject } from '../api/store.ts'
import { type ControllerContext, controllerOf, controllerReference } from './controller.ts'

/** The children of `owner` among the objects of its namespace, after adopting and releasing. `belongs`: what the selector alone does not tell. */
export function claimChildren(
  { store }: ControllerContext,
  resource: 'pods' | 'replicasets',
  owner: KubeObject,
  belongs: (child: KubeObject) => boolean = () => true,
): KubeObject[] {
  const { namespace, uid, deletionTimestamp } = owner.metadata
  const claimed: KubeObject[] = []
  for (const child of store.list(resource, { namespace })) {
    const controller = controllerOf(child)
    const matches = matchesLabelSelector(owner.spec.selector, child.metadata.labels) && belongs(child)
    if (controller?.uid === uid) {
      if (matches) claimed.push(child)
      else if (!deletionTimestamp) release(store, resource, child, uid)
    } else if (!controller && matches && !deletionTimestamp && !child.metadata.deletionTimestamp) {
      const adopted = store.mutate(resource, namespace, child.metadata.name, (draft) => {
        draft.metadata.ownerReferences = [...(draft.metadata.ownerReferences ?? []), controllerReference(owner)]
      })
      if (adopted) claimed.push(adopted)
    }
  }
  return claimed
}

function release(store: ControllerContext['store'], resource: string, child: KubeObject, ownerUid: string): void {
  store.mutate(resource, child.metadata.namespace, child.metadata.name, (draft) => {
    const left = (draft.metadata.ownerReferences ?? []).filter((r) => r.uid !== ownerUid)
    if (left.length > 0) draft.metadata.ownerReferences = left
    else delete draft.metadata.ownerReferences
  })
}

/** The owners in `resource` whose selector would take on this child: they must look at it when it has no controller. */
export const ownersMatching = (
  { store }: ControllerContext,
  resource: 'replicasets' | 'deployments' | 'daemonsets' | 'statefulsets' | 'jobs',
  child: KubeObject,
): KubeObject[] =>
  store
    .list(resource, { namespace: child.metadata.namespace })
    .filter((owner) => matchesLabelSelector(owner.spec.selector, child.metadata.labels))
