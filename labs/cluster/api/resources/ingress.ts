// Ingress: defaulting and table; checks are in ingress-validation.ts.
import { age } from '../durations.ts'
import type { Json } from '../json-value.ts'
import type { KubeObject } from '../store.ts'
import { checkIngress, checkIngressCreate, classAnnotation } from './ingress-validation.ts'
import { ageColumn, nameColumn, type ResourceDefinition, type Surroundings } from './resource.ts'

const mostHosts = 3
const defaultClassAnnotation = 'ingressclass.kubernetes.io/is-default-class'

export const ingresses: ResourceDefinition = {
  resource: 'ingresses',
  singular: 'ingress',
  kind: 'Ingress',
  group: 'networking.k8s.io',
  version: 'v1',
  namespaced: true,
  shortNames: ['ing'],
  type: 'networking.v1.Ingress',
  generation: ['spec'],
  status: true,
  defaults(object) {
    object.spec ??= {}
    object.status ??= {}
    object.status.loadBalancer ??= {}
  },
  admit: takeDefaultClass,
  prepareCreate: checkIngressCreate,
  validate: checkIngress,
  warnings: ({ metadata, spec }) =>
    metadata.annotations?.[classAnnotation] !== undefined && spec?.ingressClassName === undefined
      ? [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`]
      : [],
  columns: [
    nameColumn,
    { name: 'Class', description: 'The name of the IngressClass resource that should be used for additional configuration' },
    { name: 'Hosts', description: 'Hosts that incoming requests are matched against before the ingress rule' },
    { name: 'Address', description: 'Address is a list containing ingress points for the load-balancer' },
    { name: 'Ports', description: 'Ports of TLS configurations that open' },
    ageColumn,
  ],
  row: (o, now) => [
    o.metadata.name,
    o.spec.ingressClassName ?? '<none>',
    hosts(o.spec.rules ?? []),
    [...new Set<string>((o.status?.loadBalancer?.ingress ?? []).map((i: Json) => i.ip ?? i.hostname))].sort().join(','),
    o.spec.tls?.length ? '80, 443' : '80',
    age(o.metadata.creationTimestamp, now),
  ],
}

/** Upstream's admission DefaultIngressClass: of several default classes, the newest. */
function takeDefaultClass(object: KubeObject, { store }: Surroundings): void {
  if (object.spec?.ingressClassName !== undefined || object.metadata.annotations?.[classAnnotation] !== undefined) return
  const [newest] = store
    .list('ingressclasses')
    .filter(({ metadata }) => metadata.annotations?.[defaultClassAnnotation] === 'true')
    .sort(
      (a, b) =>
        Date.parse(b.metadata.creationTimestamp) - Date.parse(a.metadata.creationTimestamp) || (a.metadata.name < b.metadata.name ? -1 : 1),
    )
  if (newest) object.spec = { ...object.spec, ingressClassName: newest.metadata.name }
}

function hosts(rules: { host?: string }[]): string {
  const named = rules.flatMap(({ host }) => host || [])
  if (named.length === 0) return '*'
  const shown = named.slice(0, mostHosts).join(',')
  return named.length > mostHosts ? `${shown} + ${rules.length - mostHosts} more...` : shown
}
