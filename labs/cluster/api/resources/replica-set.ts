// ReplicaSet.
import { age } from '../durations.ts'
import { field, formatLabelSelector } from '../selectors.ts'
import { ageColumn, nameColumn, type ResourceDefinition } from './resource.ts'
import { checkSelectorUpdate, checkWorkload, defaultWorkload, workloadCells, workloadColumns } from './workload.ts'

export const replicaSets: ResourceDefinition = {
  resource: 'replicasets',
  singular: 'replicaset',
  kind: 'ReplicaSet',
  group: 'apps',
  version: 'v1',
  namespaced: true,
  shortNames: ['rs'],
  categories: ['all'],
  type: 'apps.v1.ReplicaSet',
  status: true,
  scale: true,
  generation: ['spec'],
  fields: { 'status.replicas': field('status.replicas') },
  defaults(object) {
    defaultWorkload(object)
    object.status.replicas ??= 0
  },
  validate: (object) => checkWorkload(object, 'replicaset'),
  validateUpdate: checkSelectorUpdate,
  columns: [
    nameColumn,
    { name: 'Desired', type: 'integer', description: 'Replicas is the number of desired pods.' },
    { name: 'Current', type: 'integer', description: 'Replicas is the most recently observed number of non-terminating pods.' },
    {
      name: 'Ready',
      type: 'integer',
      description: 'The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition.',
    },
    ageColumn,
    ...workloadColumns,
  ],
  row: (o, now) => [
    o.metadata.name,
    o.spec.replicas,
    o.status?.replicas ?? 0,
    o.status?.readyReplicas ?? 0,
    age(o.metadata.creationTimestamp, now),
    ...workloadCells(o, formatLabelSelector(o.spec.selector)),
  ],
}
