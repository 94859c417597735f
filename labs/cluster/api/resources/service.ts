// Service: defaulting and table; allocation is in service-allocation.ts, checks in service-validation.ts.
import { age } from '../durations.ts'
import type { Json } from '../json-value.ts'
import type { KubeObject } from '../store.ts'
import { ageColumn, field, nameColumn, type ResourceDefinition } from './resource.ts'
import { allocateOnCreate, allocateOnUpdate } from './service-allocation.ts'
import { checkService, checkServiceUpdate } from './service-validation.ts'

export const services: ResourceDefinition = {
  resource: 'services',
  singular: 'service',
  kind: 'Service',
  group: '',
  version: 'v1',
  namespaced: true,
  shortNames: ['svc'],
  categories: ['all'],
  type: 'core.v1.Service',
  nameIs: 'label',
  status: true,
  fields: { 'spec.clusterIP': field('spec.clusterIP'), 'spec.type': field('spec.type') },
  defaults(object) {
    object.spec ??= {}
    const { spec } = object
    spec.type ||= 'ClusterIP'
    spec.sessionAffinity ||= 'None'
    if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
    if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
      spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10800 } }
    }
    for (const port of spec.ports ?? []) {
      port.protocol ||= 'TCP'
      if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port
    }
    const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.type === 'ClusterIP' && spec.externalIPs?.length > 0)
    if (external) spec.externalTrafficPolicy ||= 'Cluster'
    if (['ClusterIP', 'NodePort', 'LoadBalancer'].includes(spec.type)) spec.internalTrafficPolicy ||= 'Cluster'
    if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true
    object.status ??= {}
    object.status.loadBalancer ??= {}
  },
  warnings: ({ spec }) =>
    spec.externalIPs?.length ? ['spec.externalIPs is deprecated and may no longer be implemented in some clusters'] : [],
  prepareCreate: allocateOnCreate,
  prepareUpdate: allocateOnUpdate,
  validate: checkService,
  validateUpdate: checkServiceUpdate,
  columns: [
    nameColumn,
    {
      name: 'Type',
      description:
        'Type determines how the Service is exposed. Defaults to ClusterIP. Valid options are ExternalName, ClusterIP, NodePort, and LoadBalancer.',
    },
    { name: 'Cluster-IP', description: 'clusterIP is the IP address of the service and is usually assigned randomly.' },
    {
      name: 'External-IP',
      description: 'externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service.',
    },
    { name: 'Port(s)', description: 'The list of ports that are exposed by this service.' },
    ageColumn,
    { name: 'Selector', priority: 1, description: 'Route service traffic to pods with label keys and values matching this selector.' },
  ],
  row: (o, now) => [
    o.metadata.name,
    o.spec.type,
    o.spec.clusterIPs?.[0] || o.spec.clusterIP || '<none>',
    externalAddress(o),
    (o.spec.ports ?? []).map((p: Json) => (p.nodePort ? `${p.port}:${p.nodePort}/${p.protocol}` : `${p.port}/${p.protocol}`)).join(',') ||
      '<none>',
    age(o.metadata.creationTimestamp, now),
    Object.entries(o.spec.selector ?? {})
      .map(([k, v]) => `${k}=${v}`)
      .sort()
      .join(',') || '<none>',
  ],
}

function externalAddress({ spec, status }: KubeObject): string {
  const own: string[] = spec.externalIPs ?? []
  if (spec.type === 'ExternalName') return spec.externalName
  if (spec.type !== 'LoadBalancer') return own.join(',') || '<none>'
  const given = [...new Set((status?.loadBalancer?.ingress ?? []).map((i: Json) => i.ip ?? i.hostname))].sort()
  return [...given, ...own].join(',') || '<pending>'
}
