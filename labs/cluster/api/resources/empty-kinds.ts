// Kinds that the embedded Kubernetes lists, always empty, and refuses to take: what a student asks for to find that there is none. Used by registry.ts.
import { age } from '../durations.ts'
import { ageColumn, nameColumn, type ResourceDefinition } from './resource.ts'

interface EmptyKind {
  resource: string
  kind: string
  group: string
  namespaced?: boolean
  shortNames?: string[]
  categories?: string[]
}

const kinds: EmptyKind[] = [
  { resource: 'limitranges', kind: 'LimitRange', group: '', shortNames: ['limits'] },
  { resource: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', group: '', shortNames: ['pvc'] },
  { resource: 'persistentvolumes', kind: 'PersistentVolume', group: '', namespaced: false, shortNames: ['pv'] },
  { resource: 'podtemplates', kind: 'PodTemplate', group: '' },
  { resource: 'replicationcontrollers', kind: 'ReplicationController', group: '', shortNames: ['rc'], categories: ['all'] },
  { resource: 'resourcequotas', kind: 'ResourceQuota', group: '', shortNames: ['quota'] },
  {
    resource: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
    group: 'apiextensions.k8s.io',
    namespaced: false,
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
  },
  { resource: 'cronjobs', kind: 'CronJob', group: 'batch', shortNames: ['cj'], categories: ['all'] },
  { resource: 'poddisruptionbudgets', kind: 'PodDisruptionBudget', group: 'policy', shortNames: ['pdb'] },
]

export const emptyKinds: readonly ResourceDefinition[] = kinds.map(({ namespaced = true, ...kind }) => ({
  ...kind,
  singular: kind.kind.toLowerCase(),
  version: 'v1',
  namespaced,
  type: '',
  verbs: ['get', 'list', 'watch'],
  isEmpty: true,
  columns: [nameColumn, ageColumn],
  row: (object, now) => [object.metadata.name, age(object.metadata.creationTimestamp, now)],
}))
