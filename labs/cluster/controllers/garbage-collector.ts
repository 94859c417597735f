// The garbage collector: objects whose owners are gone go too; owners deleted in the foreground wait for them, orphaned ones are set free.
import { resources } from '../api/resources/registry.ts'
import type { KubeObject } from '../api/store.ts'
import { type StartController, splitKey } from './controller.ts'
import { createWorkQueue } from './work-queue.ts'

interface Identity {
  resource: string
  namespace: string | undefined
  name: string
}

export const startGarbageCollector: StartController = (context) => {
  const { store } = context
  /** every object by uid */
  const known = new Map<string, Identity>()
  /** owner's uid → uids of its dependents */
  const dependents = new Map<string, Set<string>>()
  const owners = new Map<string, string[]>()
  const queue = createWorkQueue({ ...context, name: 'garbage-collector', reconcile: (uid) => reconcile(splitKey(uid).name) })
  const wake = (uid: string): void => queue.add(`/${uid}`)

  const find = (uid: string): { identity: Identity; object: KubeObject } | undefined => {
    const identity = known.get(uid)
    const object = identity && store.get(identity.resource, identity.namespace, identity.name)
    return identity && object?.metadata.uid === uid ? { identity, object } : undefined
  }

  function setOwners(uid: string, next: string[]): void {
    for (const owner of owners.get(uid) ?? []) dependents.get(owner)?.delete(uid)
    for (const owner of next) dependents.set(owner, (dependents.get(owner) ?? new Set()).add(uid))
    if (next.length > 0) owners.set(uid, next)
    else owners.delete(uid)
  }

  function reconcile(uid: string): void {
    const found = find(uid)
    if (!found) return
    const { identity, object } = found
    const { finalizers = [], deletionTimestamp, ownerReferences = [] } = object.metadata
    if (deletionTimestamp && finalizers.includes('orphan')) setDependentsFree(identity, uid)
    else if (deletionTimestamp && finalizers.includes('foregroundDeletion')) finishForeground(identity, uid)
    if (deletionTimestamp || ownerReferences.length === 0) return

    const alive = ownerReferences.filter((r) => known.has(r.uid))
    // An owner that is being deleted in the foreground and waits for this object counts as gone.
    const waiting = alive.filter((r) => r.blockOwnerDeletion && isForeground(find(r.uid)?.object))
    if (alive.length > waiting.length) {
      if (alive.length < ownerReferences.length)
        keepOwners(
          identity,
          alive.filter((r) => !waiting.includes(r)).map((r) => r.uid),
        )
      return
    }
    store.delete(identity.resource, identity.namespace, identity.name, {
      propagationPolicy: waiting.length > 0 ? 'Foreground' : 'Background',
    })
  }

  const isForeground = (owner: KubeObject | undefined): boolean =>
    owner?.metadata.deletionTimestamp !== undefined && (owner.metadata.finalizers ?? []).includes('foregroundDeletion')

  function keepOwners(identity: Identity, uids: readonly string[]): void {
    store.mutate(identity.resource, identity.namespace, identity.name, (draft) => {
      const left = (draft.metadata.ownerReferences ?? []).filter((r) => uids.includes(r.uid))
      if (left.length > 0) draft.metadata.ownerReferences = left
      else delete draft.metadata.ownerReferences
    })
  }

  function setDependentsFree(identity: Identity, uid: string): void {
    for (const dependent of [...(dependents.get(uid) ?? [])]) {
      const found = find(dependent)
      if (found)
        keepOwners(
          found.identity,
          (found.object.metadata.ownerReferences ?? []).map((r) => r.uid).filter((owner) => owner !== uid),
        )
    }
    dropFinalizer(identity, 'orphan')
  }

  function finishForeground(identity: Identity, uid: string): void {
    const blocking = [...(dependents.get(uid) ?? [])].filter((dependent) =>
      find(dependent)?.object.metadata.ownerReferences?.some((r) => r.uid === uid && r.blockOwnerDeletion),
    )
    if (blocking.length === 0) dropFinalizer(identity, 'foregroundDeletion')
    else for (const dependent of blocking) wake(dependent)
  }

  function dropFinalizer(identity: Identity, finalizer: string): void {
    store.mutate(identity.resource, identity.namespace, identity.name, (draft) => {
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((f) => f !== finalizer)
      if (draft.metadata.finalizers.length === 0) delete draft.metadata.finalizers
    })
  }

  const unwatch = resources
    // Events have no owners, and there are many of them.
    .filter((d) => d.resource !== 'events')
    .map(({ resource }) =>
      store.watch(resource, ({ type, object }) => {
        const { uid, namespace, name, ownerReferences = [], deletionTimestamp } = object.metadata
        const next = ownerReferences.map((r) => r.uid)
        const changed = next.join() !== (owners.get(uid) ?? []).join()
        if (type === 'DELETED') {
          known.delete(uid)
          for (const dependent of dependents.get(uid) ?? []) wake(dependent)
          for (const owner of owners.get(uid) ?? []) wake(owner)
          setOwners(uid, [])
          dependents.delete(uid)
          return
        }
        known.set(uid, { resource, namespace, name })
        if (changed) {
          // Those it leaves may wait for it.
          for (const owner of owners.get(uid) ?? []) wake(owner)
          setOwners(uid, next)
          wake(uid)
        }
        if (deletionTimestamp) wake(uid)
      }),
    )
  return () => {
    for (const off of unwatch) off()
    queue.stop()
  }
}
