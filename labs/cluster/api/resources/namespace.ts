// Namespace: lives on as Terminating until its content is gone (the namespace controller then drops spec.finalizers).
import { age } from '../durations.ts'
import { ageColumn, field, nameColumn, type ResourceDefinition } from './resource.ts'

export const namespaces: ResourceDefinition = {
  resource: 'namespaces',
  singular: 'namespace',
  kind: 'Namespace',
  group: '',
  version: 'v1',
  namespaced: false,
  shortNames: ['ns'],
  type: 'core.v1.Namespace',
  nameIs: 'label',
  status: true,
  fields: { 'status.phase': field('status.phase') },
  defaults(object) {
    object.metadata.labels = { 'kubernetes.io/metadata.name': object.metadata.name, ...object.metadata.labels }
    object.spec ??= {}
    object.status ??= {}
  },
  prepareCreate(object) {
    object.status = { phase: 'Active' }
    object.spec = { finalizers: ['kubernetes'] }
  },
  beginDelete(object) {
    object.status = { ...object.status, phase: 'Terminating' }
  },
  heldBy: (object) => (object.spec?.finalizers?.length ?? 0) > 0,
  columns: [nameColumn, { name: 'Status', description: 'The status of the namespace' }, ageColumn],
  row: (o, now) => [o.metadata.name, o.status?.phase ?? '', age(o.metadata.creationTimestamp, now)],
}
