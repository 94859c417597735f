// What Deployment and ReplicaSet share: selector, template and their columns.
import { equalJson, type Json } from '../json-value.ts'
import { checkLabels, immutable, invalidValue, notSupported, required } from '../metadata.ts'
import { matchesLabelSelector } from '../selectors.ts'
import type { KubeObject } from '../store.ts'
import { defaultPodSpec } from './pod-spec.ts'
import { checkPodSpec } from './pod-validation.ts'
import type { Cause, Column } from './resource.ts'

export const workloadColumns: Column[] = [
  { name: 'Containers', priority: 1, description: 'Names of each container in the template.' },
  { name: 'Images', priority: 1, description: 'Images referenced by each container in the template.' },
  {
    name: 'Selector',
    priority: 1,
    description:
      'Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this deployment.',
  },
]
export const workloadCells = (object: KubeObject, selector: string): Json[] => {
  const containers: Json[] = object.spec.template?.spec?.containers ?? []
  return [containers.map((c) => c.name).join(','), containers.map((c) => c.image).join(','), selector]
}

export function defaultWorkload(object: KubeObject): void {
  object.spec ??= {}
  object.spec.replicas ??= 1
  object.spec.template ??= {}
  object.spec.template.metadata ??= {}
  object.spec.template.spec ??= {}
  defaultPodSpec(object.spec.template.spec)
  object.status ??= {}
}

/** `kind` is deployment or replicaset, as upstream's words want it. */
export function checkWorkload(object: KubeObject, kind: string): Cause[] {
  const { spec } = object
  const causes: Cause[] = []
  if (spec.replicas < 0) causes.push(invalidValue('spec.replicas', spec.replicas, 'must be greater than or equal to 0'))
  const empty = spec.selector && Object.keys(spec.selector.matchLabels ?? {}).length + (spec.selector.matchExpressions?.length ?? 0) === 0
  if (!spec.selector) causes.push(required('spec.selector'))
  else {
    if (empty) causes.push(invalidValue('spec.selector', spec.selector, `empty selector is invalid for ${kind}`))
    causes.push(...checkLabels(spec.selector.matchLabels, 'spec.selector.matchLabels'))
  }
  const template = spec.template ?? { metadata: {}, spec: {} }
  const labels = template.metadata?.labels
  causes.push(...checkLabels(labels, 'spec.template.labels'))
  if (!spec.selector || !matchesLabelSelector(spec.selector, labels)) {
    causes.push(invalidValue('spec.template.metadata.labels', labels ?? null, '`selector` does not match template `labels`'))
  }
  causes.push(...checkPodSpec(template.spec ?? {}, 'spec.template.spec'))
  const policy = template.spec?.restartPolicy
  if (policy === 'Never' || policy === 'OnFailure') causes.push(notSupported('spec.template.spec.restartPolicy', policy, ['Always']))
  return causes
}

export function checkSelectorUpdate(next: KubeObject, old: KubeObject): Cause[] {
  return equalJson(next.spec.selector, old.spec.selector) ? [] : [immutable('spec.selector', next.spec.selector)]
}
