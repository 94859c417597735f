// Gateway of the Gateway API: where requests come in. HTTP listeners; its controller is in labs/cluster/gateway-api.
import { age } from '../durations.ts'
import { duplicate, forbidden, required } from '../metadata.ts'
import { choiceCauses, conditionCell, hostnameCauses, pendingConditions, portCauses } from './gateway-conditions.ts'
import { ageColumn, type Cause, nameColumn, type ResourceDefinition } from './resource.ts'

export const gateways: ResourceDefinition = {
  resource: 'gateways',
  singular: 'gateway',
  kind: 'Gateway',
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  namespaced: true,
  shortNames: ['gtw'],
  categories: ['gateway-api'],
  type: 'gateway.v1.Gateway',
  status: true,
  generation: ['spec'],
  defaults(object) {
    object.spec ??= {}
    for (const listener of object.spec.listeners ?? []) {
      listener.allowedRoutes ??= {}
      listener.allowedRoutes.namespaces ??= {}
      listener.allowedRoutes.namespaces.from ??= 'Same'
    }
    object.status ??= {}
    object.status.conditions ??= pendingConditions('Accepted', 'Programmed')
  },
  validate({ spec }) {
    const causes: Cause[] = []
    if (!spec.gatewayClassName) causes.push(required('spec.gatewayClassName'))
    if (!spec.listeners?.length) causes.push(required('spec.listeners'))
    for (const field of ['addresses', 'infrastructure'])
      if (spec[field] !== undefined) causes.push(forbidden(`spec.${field}`, "this lab's gateway does not have it; leave it out"))
    const names = new Set<string>()
    for (const [i, listener] of (spec.listeners ?? []).entries()) {
      const at = `spec.listeners[${i}]`
      if (!listener.name) causes.push(required(`${at}.name`))
      if (names.has(listener.name)) causes.push(duplicate(`${at}.name`, listener.name))
      names.add(listener.name)
      causes.push(...portCauses(`${at}.port`, listener.port), ...choiceCauses(`${at}.protocol`, listener.protocol, ['HTTP']))
      if (listener.hostname !== undefined) causes.push(...hostnameCauses(`${at}.hostname`, listener.hostname))
      if (listener.tls !== undefined) causes.push(forbidden(`${at}.tls`, "this lab's gateway has HTTP listeners only"))
      causes.push(
        ...choiceCauses(`${at}.allowedRoutes.namespaces.from`, listener.allowedRoutes.namespaces.from, ['All', 'Same', 'Selector']),
      )
    }
    return causes
  },
  columns: [
    nameColumn,
    { name: 'Class', description: 'GatewayClassName used for this Gateway.' },
    { name: 'Address', description: 'Addresses that are bound to the Gateway.' },
    { name: 'Programmed', description: 'Whether what it asks for is served.' },
    ageColumn,
  ],
  row: (o, now) => [
    o.metadata.name,
    o.spec.gatewayClassName,
    o.status?.addresses?.[0]?.value ?? '',
    conditionCell(o, 'Programmed'),
    age(o.metadata.creationTimestamp, now),
  ],
}
