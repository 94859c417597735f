// ServiceAccount.
import { age } from '../durations.ts'
import { ageColumn, nameColumn, type ResourceDefinition } from './resource.ts'

export const serviceAccounts: ResourceDefinition = {
  resource: 'serviceaccounts',
  singular: 'serviceaccount',
  kind: 'ServiceAccount',
  group: '',
  version: 'v1',
  namespaced: true,
  shortNames: ['sa'],
  type: 'core.v1.ServiceAccount',
  columns: [nameColumn, ageColumn],
  row: (o, now) => [o.metadata.name, age(o.metadata.creationTimestamp, now)],
}
