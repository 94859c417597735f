// ControllerRevision: an earlier template of a DaemonSet, kept for `kubectl rollout history` and `undo`.
import { age } from '../durations.ts'
import { equalJson, type Json } from '../json-value.ts'
import { immutable } from '../metadata.ts'
import type { KubeObject } from '../store.ts'
import { ageColumn, nameColumn, type ResourceDefinition } from './resource.ts'

/** kind.group/name, as kubectl names an object. */
function controllerName(revision: KubeObject): string {
  const owner = revision.metadata.ownerReferences?.find((r) => r.controller)
  if (!owner) return '<none>'
  const [group, version] = owner.apiVersion.split('/')
  return `${owner.kind.toLowerCase()}${version ? `.${group}` : ''}/${owner.name}`
}

export const controllerRevisions: ResourceDefinition = {
  resource: 'controllerrevisions',
  singular: 'controllerrevision',
  kind: 'ControllerRevision',
  group: 'apps',
  version: 'v1',
  namespaced: true,
  type: 'apps.v1.ControllerRevision',
  validateUpdate: (next, old) => (equalJson(next.data, old.data) ? [] : [immutable('data', next.data as Json)]),
  columns: [
    nameColumn,
    { name: 'Controller', description: 'Controller of the object' },
    { name: 'Revision', description: 'Revision indicates the revision of the state represented by Data.' },
    ageColumn,
  ],
  row: (o, now) => [o.metadata.name, controllerName(o), o.revision, age(o.metadata.creationTimestamp, now)],
}
