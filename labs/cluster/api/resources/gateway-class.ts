// GatewayClass of the Gateway API: which controller a Gateway is for.
import { age } from '../durations.ts'
import { immutable, invalidValue } from '../metadata.ts'
import { conditionCell, pendingConditions } from './gateway-conditions.ts'
import { ageColumn, nameColumn, type ResourceDefinition } from './resource.ts'

export const gatewayClasses: ResourceDefinition = {
  resource: 'gatewayclasses',
  singular: 'gatewayclass',
  kind: 'GatewayClass',
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  namespaced: false,
  shortNames: ['gc'],
  categories: ['gateway-api'],
  type: 'gateway.v1.GatewayClass',
  status: true,
  generation: ['spec'],
  defaults(object) {
    object.status ??= {}
    object.status.conditions ??= pendingConditions('Accepted')
  },
  validate: ({ spec }) =>
    /^[a-z0-9.-]+\/[\w.~!$&'()*+,;=:/-]+$/.test(spec?.controllerName ?? '')
      ? []
      : [invalidValue('spec.controllerName', spec?.controllerName ?? '', 'must be a domain and a path, such as example.com/gateway')],
  validateUpdate: (next, old) =>
    next.spec.controllerName === old.spec.controllerName ? [] : [immutable('spec.controllerName', next.spec.controllerName)],
  columns: [
    nameColumn,
    { name: 'Controller', description: 'ControllerName is the name of the controller that is managing Gateways of this class.' },
    { name: 'Accepted', description: 'Whether that controller has accepted the class.' },
    ageColumn,
    { name: 'Description', priority: 1, description: 'Description helps describe a GatewayClass with more details.' },
  ],
  row: (o, now) => [
    o.metadata.name,
    o.spec.controllerName,
    conditionCell(o, 'Accepted'),
    age(o.metadata.creationTimestamp, now),
    o.spec.description ?? '',
  ],
}
