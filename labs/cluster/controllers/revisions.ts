// ControllerRevisions: the templates that a DaemonSet or a StatefulSet has had, for `kubectl rollout history` and `undo`.
import type { KubeObject } from '../api/store.ts'
import { type ControllerContext, controllerOf, controllerReference } from './controller.ts'

/** Of one owner, oldest first. */
const revisionsOf = ({ store }: Pick<ControllerContext, 'store'>, { metadata }: KubeObject): KubeObject[] =>
  store
    .list('controllerrevisions', { namespace: metadata.namespace })
    .filter((revision) => controllerOf(revision)?.uid === metadata.uid)
    .sort((a, b) => a.revision - b.revision)

export const revisionName = (owner: KubeObject, hash: string): string => `${owner.metadata.name}-${hash}`

/** Keeps the owner's template as a revision: the newest has the highest number, also after going back to an old one. */
export function keepRevision(context: Pick<ControllerContext, 'store'>, owner: KubeObject, hash: string, hashLabel: string): void {
  const { store } = context
  const { namespace, annotations } = owner.metadata
  const name = revisionName(owner, hash)
  const revisions = revisionsOf(context, owner)
  const latest = revisions.at(-1)
  const known = revisions.find((revision) => revision.metadata.name === name)
  const next = (latest?.revision ?? 0) + 1
  if (!known) {
    const labels = { ...owner.spec.template.metadata?.labels, [hashLabel]: hash }
    const metadata = { name, namespace, labels, annotations, ownerReferences: [controllerReference(owner)] }
    const data = { spec: { template: { ...owner.spec.template, $patch: 'replace' } } }
    store.create('controllerrevisions', { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata, revision: next, data })
  } else if (known !== latest) {
    store.mutate('controllerrevisions', namespace, name, (draft) => {
      draft.revision = next
    })
  }
}

/** Deletes the oldest of those that `used` does not name, down to the owner's revisionHistoryLimit. */
export function forgetRevisions(context: Pick<ControllerContext, 'store'>, owner: KubeObject, used: readonly string[]): void {
  const unused = revisionsOf(context, owner).filter(({ metadata }) => !used.includes(metadata.name))
  for (const { metadata } of unused.slice(0, Math.max(0, unused.length - owner.spec.revisionHistoryLimit)))
    context.store.delete('controllerrevisions', metadata.namespace, metadata.name)
}

/** The template that a revision keeps; undefined when there is no such revision. */
export function templateOf({ store }: Pick<ControllerContext, 'store'>, owner: KubeObject, name: string): KubeObject['spec'] | undefined {
  const kept = store.get('controllerrevisions', owner.metadata.namespace, name)?.data?.spec?.template
  if (!kept) return undefined
  const { $patch, ...template } = kept
  return template
}
