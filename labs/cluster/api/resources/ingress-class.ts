// IngressClass.
import { age } from '../durations.ts'
import { forbidden, immutable, invalidValue, notSupported, required } from '../metadata.ts'
import type { KubeObject } from '../store.ts'
import { ageColumn, type Cause, nameColumn, type ResourceDefinition } from './resource.ts'

const defaultAnnotation = 'ingressclass.kubernetes.io/is-default-class'

export const ingressClasses: ResourceDefinition = {
  resource: 'ingressclasses',
  singular: 'ingressclass',
  kind: 'IngressClass',
  group: 'networking.k8s.io',
  version: 'v1',
  namespaced: false,
  type: 'networking.v1.IngressClass',
  generation: ['spec'],
  defaults(object) {
    object.spec ??= {}
    if (object.spec.parameters) object.spec.parameters.scope ??= 'Cluster'
  },
  validate: checkClass,
  validateUpdate: (next, old) =>
    next.spec.controller === old.spec.controller ? [] : [immutable('spec.controller', next.spec.controller ?? '')],
  columns: [
    nameColumn,
    { name: 'Controller', description: 'Controller that is responsible for handling this class' },
    { name: 'Parameters', description: 'A reference to a resource with additional parameters' },
    ageColumn,
  ],
  row({ metadata, spec: { controller, parameters } }, now) {
    const isDefault = metadata.annotations?.[defaultAnnotation] === 'true'
    return [
      isDefault ? `${metadata.name} (default)` : metadata.name,
      controller ?? '',
      parameters ? `${[parameters.kind, parameters.apiGroup].filter(Boolean).join('.')}/${parameters.name}` : '<none>',
      age(metadata.creationTimestamp, now),
    ]
  },
}

function checkClass({ spec: { controller = '', parameters } }: KubeObject): Cause[] {
  const causes: Cause[] = []
  if (!controller) causes.push(required('spec.controller'))
  else if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/\S+$/.test(controller))
    causes.push(invalidValue('spec.controller', controller, 'must be a domain-prefixed path (such as "acme.io/foo")'))
  if (!parameters) return causes
  for (const field of ['kind', 'name']) if (!parameters[field]) causes.push(required(`spec.parameters.${field}`))
  const { scope, namespace } = parameters
  if (scope !== 'Cluster' && scope !== 'Namespace') causes.push(notSupported('spec.parameters.scope', scope, ['Cluster', 'Namespace']))
  else if (scope === 'Namespace' && namespace === undefined)
    causes.push(required('spec.parameters.namespace', "`parameters.scope` is set to 'Namespace'"))
  else if (scope === 'Cluster' && namespace !== undefined)
    causes.push(forbidden('spec.parameters.namespace', "`parameters.scope` is set to 'Cluster'"))
  return causes
}
