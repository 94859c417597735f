// Lease: the nodes' heartbeats.
import { age } from '../durations.ts'
import { ageColumn, nameColumn, type ResourceDefinition } from './resource.ts'

export const leases: ResourceDefinition = {
  resource: 'leases',
  singular: 'lease',
  kind: 'Lease',
  group: 'coordination.k8s.io',
  version: 'v1',
  namespaced: true,
  type: 'coordination.v1.Lease',
  columns: [
    nameColumn,
    { name: 'Holder', description: 'holderIdentity contains the identity of the holder of a current lease.' },
    ageColumn,
  ],
  row: (o, now) => [o.metadata.name, o.spec?.holderIdentity ?? '', age(o.metadata.creationTimestamp, now)],
}
