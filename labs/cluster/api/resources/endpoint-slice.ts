// EndpointSlice: the addresses behind a Service, as kube-proxy reads them.
import { isIPv4 } from 'node:net'
import { age } from '../durations.ts'
import type { Json } from '../json-value.ts'
import { immutable, invalidValue, notSupported, required } from '../metadata.ts'
import { ageColumn, type Cause, nameColumn, type ResourceDefinition } from './resource.ts'

export const endpointSlices: ResourceDefinition = {
  resource: 'endpointslices',
  singular: 'endpointslice',
  kind: 'EndpointSlice',
  group: 'discovery.k8s.io',
  version: 'v1',
  namespaced: true,
  type: 'discovery.v1.EndpointSlice',
  generation: ['endpoints', 'ports', 'addressType', 'metadata.labels'],
  defaults(object) {
    // upstream's storage does not tell an empty list from none
    if (!object.endpoints?.length) object.endpoints = null
    if (!object.ports?.length) object.ports = null
    for (const port of object.ports ?? []) {
      port.name ??= ''
      port.protocol ||= 'TCP'
    }
  },
  validate(object) {
    const causes: Cause[] = []
    const types = ['FQDN', 'IPv4', 'IPv6']
    if (!object.addressType) causes.push(required('addressType', `must be one of ${types.map((t) => JSON.stringify(t)).join(', ')}`))
    else if (!types.includes(object.addressType)) causes.push(notSupported('addressType', object.addressType, types))
    for (const [i, endpoint] of (object.endpoints ?? []).entries()) {
      if (!endpoint.addresses?.length) causes.push(required(`endpoints[${i}].addresses`, 'must contain at least 1 address'))
      for (const [j, address] of (endpoint.addresses ?? []).entries()) {
        if (object.addressType === 'IPv4' && !isIPv4(address))
          causes.push(
            invalidValue(`endpoints[${i}].addresses[${j}]`, address, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'),
          )
      }
    }
    return causes
  },
  validateUpdate: (next, old) => (next.addressType === old.addressType ? [] : [immutable('addressType', next.addressType)]),
  columns: [
    nameColumn,
    { name: 'AddressType', description: 'addressType specifies the type of address carried by this EndpointSlice.' },
    { name: 'Ports', description: 'ports specifies the list of network ports exposed by each endpoint in this slice.' },
    { name: 'Endpoints', description: 'endpoints is a list of unique endpoints in this slice.' },
    ageColumn,
  ],
  row: (o, now) => [
    o.metadata.name,
    o.addressType,
    withMore((o.ports ?? []).map((p: Json) => (p.port !== undefined ? [String(p.port)] : [p.name || '*']))),
    withMore((o.endpoints ?? []).map((e: Json) => e.addresses ?? [])),
    age(o.metadata.creationTimestamp, now),
  ],
}

/** Three groups at most, the rest counted. */
function withMore(groups: string[][]): string {
  const list: string[] = []
  let more = false
  for (const group of groups) {
    if (list.length < 3) list.push(...group)
    else more = true
  }
  const count = groups.reduce((sum, g) => sum + g.length, 0)
  if (more) return `${list.join(',')} + ${count - 3} more...`
  return list.join(',') || '<unset>'
}
