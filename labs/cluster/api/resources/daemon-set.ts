// DaemonSet.
import { age } from '../durations.ts'
import { equalJson } from '../json-value.ts'
import { forbidden, notSupported } from '../metadata.ts'
import { formatLabelSelector } from '../selectors.ts'
import type { KubeObject } from '../store.ts'
import { ageColumn, type Cause, nameColumn, type ResourceDefinition } from './resource.ts'
import { checkSelectorUpdate, checkWorkload, defaultWorkload, workloadCells, workloadColumns } from './workload.ts'

/** Counts the versions of the template; upstream keeps the field of old API versions as an annotation. */
export const templateGenerationAnnotation = 'deprecated.daemonset.template.generation'
const generationOf = (object: KubeObject): number => Number(object.metadata.annotations?.[templateGenerationAnnotation] ?? 0)
function setGeneration(object: KubeObject, generation: number): void {
  object.metadata.annotations = { ...object.metadata.annotations, [templateGenerationAnnotation]: String(generation) }
}

export const daemonSets: ResourceDefinition = {
  resource: 'daemonsets',
  singular: 'daemonset',
  kind: 'DaemonSet',
  group: 'apps',
  version: 'v1',
  namespaced: true,
  shortNames: ['ds'],
  categories: ['all'],
  type: 'apps.v1.DaemonSet',
  status: true,
  generation: ['spec'],
  defaults(object) {
    defaultWorkload(object)
    const { spec, status } = object
    delete spec.replicas
    spec.updateStrategy ??= {}
    spec.updateStrategy.type ||= 'RollingUpdate'
    if (spec.updateStrategy.type === 'RollingUpdate')
      spec.updateStrategy.rollingUpdate = { maxSurge: 0, maxUnavailable: 1, ...spec.updateStrategy.rollingUpdate }
    spec.revisionHistoryLimit ??= 10
    for (const field of ['currentNumberScheduled', 'desiredNumberScheduled', 'numberMisscheduled', 'numberReady']) status[field] ??= 0
  },
  prepareCreate: (object) => setGeneration(object, 1),
  prepareUpdate(next, old) {
    setGeneration(next, generationOf(old) + (equalJson(next.spec.template, old.spec.template) ? 0 : 1))
  },
  validate: (object) => [...checkWorkload(object, 'daemonset'), ...checkStrategy(object)],
  validateUpdate: checkSelectorUpdate,
  columns: [
    nameColumn,
    {
      name: 'Desired',
      type: 'integer',
      description:
        'The total number of nodes that should be running the daemon pod (including nodes correctly running the daemon pod). More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
    },
    {
      name: 'Current',
      type: 'integer',
      description:
        'The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod. More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
    },
    {
      name: 'Ready',
      type: 'integer',
      description:
        'numberReady is the number of nodes that should be running the daemon pod and have one or more of the daemon pod running with a Ready Condition.',
    },
    { name: 'Up-to-date', type: 'integer', description: 'The total number of nodes that are running updated daemon pod' },
    {
      name: 'Available',
      type: 'integer',
      description:
        'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and available (ready for at least spec.minReadySeconds)',
    },
    {
      name: 'Node Selector',
      description:
        "NodeSelector is a selector which must be true for the pod to fit on a node. Selector which must match a node's labels for the pod to be scheduled on that node. More info: https://kubernetes.io/docs/concepts/configuration/assign-pod-node/",
    },
    ageColumn,
    ...workloadColumns,
  ],
  row: (o, now) => [
    o.metadata.name,
    o.status?.desiredNumberScheduled ?? 0,
    o.status?.currentNumberScheduled ?? 0,
    o.status?.numberReady ?? 0,
    o.status?.updatedNumberScheduled ?? 0,
    o.status?.numberAvailable ?? 0,
    formatLabelSelector({ matchLabels: o.spec.template.spec.nodeSelector ?? {} }),
    age(o.metadata.creationTimestamp, now),
    ...workloadCells(o, formatLabelSelector(o.spec.selector)),
  ],
}

function checkStrategy({ spec }: KubeObject): Cause[] {
  const { type, rollingUpdate } = spec.updateStrategy
  if (type === 'OnDelete') return []
  if (type !== 'RollingUpdate') return [notSupported('spec.updateStrategy.type', type, ['OnDelete', 'RollingUpdate'])]
  if (![0, '0%'].includes(rollingUpdate.maxSurge))
    return [forbidden('spec.updateStrategy.rollingUpdate.maxSurge', "this lab's Kubernetes does not surge DaemonSets; use maxUnavailable")]
  return [0, '0%'].includes(rollingUpdate.maxUnavailable)
    ? [forbidden('spec.updateStrategy.rollingUpdate.maxUnavailable', 'may not be 0 when maxSurge is 0')]
    : []
}
