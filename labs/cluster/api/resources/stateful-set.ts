// StatefulSet.
import { age } from '../durations.ts'
import { equalJson } from '../json-value.ts'
import { forbidden, invalidValue, notSupported } from '../metadata.ts'
import { formatLabelSelector } from '../selectors.ts'
import type { KubeObject } from '../store.ts'
import { ageColumn, type Cause, nameColumn, type ResourceDefinition } from './resource.ts'
import { checkWorkload, defaultWorkload, workloadCells, workloadColumns } from './workload.ts'

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]
const quoted = changeable.map((field) => `'${field}'`)

export const statefulSets: ResourceDefinition = {
  resource: 'statefulsets',
  singular: 'statefulset',
  kind: 'StatefulSet',
  group: 'apps',
  version: 'v1',
  namespaced: true,
  shortNames: ['sts'],
  categories: ['all'],
  type: 'apps.v1.StatefulSet',
  status: true,
  scale: true,
  generation: ['spec'],
  defaults(object) {
    defaultWorkload(object)
    const { spec } = object
    spec.podManagementPolicy ||= 'OrderedReady'
    spec.updateStrategy ??= {}
    spec.updateStrategy.type ||= 'RollingUpdate'
    if (spec.updateStrategy.type === 'RollingUpdate')
      spec.updateStrategy.rollingUpdate = { partition: 0, maxUnavailable: 1, ...spec.updateStrategy.rollingUpdate }
    spec.persistentVolumeClaimRetentionPolicy = {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
      ...spec.persistentVolumeClaimRetentionPolicy,
    }
    spec.revisionHistoryLimit ??= 10
    object.status.replicas ??= 0
  },
  validate: (object) => [...checkWorkload(object, 'statefulset'), ...checkOwnFields(object)],
  validateUpdate: checkUpdate,
  columns: [nameColumn, { name: 'Ready', description: 'Number of the pod with ready state' }, ageColumn, ...workloadColumns.slice(0, 2)],
  row: (o, now) => [
    o.metadata.name,
    `${o.status?.readyReplicas ?? 0}/${o.spec.replicas}`,
    age(o.metadata.creationTimestamp, now),
    ...workloadCells(o, formatLabelSelector(o.spec.selector)).slice(0, 2),
  ],
}

function checkOwnFields({ spec }: KubeObject): Cause[] {
  const causes: Cause[] = []
  if (spec.volumeClaimTemplates?.length)
    causes.push(forbidden('spec.volumeClaimTemplates', "this lab's Kubernetes has no persistent volumes; use an emptyDir in the template"))
  if (!['OrderedReady', 'Parallel'].includes(spec.podManagementPolicy))
    causes.push(invalidValue('spec.podManagementPolicy', spec.podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"))
  const { type, rollingUpdate } = spec.updateStrategy
  if (type !== 'RollingUpdate' && type !== 'OnDelete')
    causes.push(notSupported('spec.updateStrategy.type', type, ['OnDelete', 'RollingUpdate']))
  if (rollingUpdate?.partition < 0)
    causes.push(invalidValue('spec.updateStrategy.rollingUpdate.partition', rollingUpdate.partition, 'must be greater than or equal to 0'))
  if ([0, '0%'].includes(rollingUpdate?.maxUnavailable))
    causes.push(invalidValue('spec.updateStrategy.rollingUpdate.maxUnavailable', rollingUpdate.maxUnavailable, 'cannot be 0'))
  return causes
}

function checkUpdate(next: KubeObject, old: KubeObject): Cause[] {
  const fixed = ({ spec }: KubeObject) => Object.fromEntries(Object.entries(spec).filter(([field]) => !changeable.includes(field)))
  if (equalJson(fixed(next), fixed(old))) return []
  const list = `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`
  return [forbidden('spec', `updates to statefulset spec for fields other than ${list} are forbidden`)]
}
