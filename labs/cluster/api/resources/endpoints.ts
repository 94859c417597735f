// Endpoints: the old list of addresses behind a Service.
import { age } from '../durations.ts'
import type { Json } from '../json-value.ts'
import { ageColumn, nameColumn, type ResourceDefinition } from './resource.ts'

export const endpoints: ResourceDefinition = {
  resource: 'endpoints',
  singular: 'endpoints',
  kind: 'Endpoints',
  group: '',
  version: 'v1',
  namespaced: true,
  shortNames: ['ep'],
  type: 'core.v1.Endpoints',
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  defaults(object) {
    for (const subset of object.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ||= 'TCP'
  },
  columns: [
    nameColumn,
    {
      name: 'Endpoints',
      description:
        'The set of all endpoints is the union of all subsets. Addresses are placed into subsets according to the IPs they share. A single address with multiple ports, some of which are ready and some of which are not (because they come from different containers) will result in the address being displayed in different subsets for the different ports. No address will appear in both Addresses and NotReadyAddresses in the same subset. Sets of addresses and ports that comprise a service.',
    },
    ageColumn,
  ],
  row: (o, now) => [o.metadata.name, formatSubsets(o.subsets ?? []), age(o.metadata.creationTimestamp, now)],
}

/** At most three addresses, as upstream's printer. */
function formatSubsets(subsets: Json[]): string {
  const all: string[] = []
  for (const { ports = [], addresses = [] } of subsets) {
    if (ports.length === 0) for (const a of addresses) all.push(String(a.ip))
    for (const port of ports) for (const a of addresses) all.push(`${a.ip}:${port.port}`)
  }
  // addresses that are not ready are neither shown nor none
  if (all.length === 0) return subsets.length > 0 ? '' : '<none>'
  const shown = all.slice(0, 3).join(',')
  return all.length > 3 ? `${shown} + ${all.length - 3} more...` : shown
}
