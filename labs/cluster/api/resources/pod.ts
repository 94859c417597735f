// Pod.
import { age } from '../durations.ts'
import type { Json } from '../json-value.ts'
import { admitPod } from './pod-admission.ts'
import { defaultPodSpec } from './pod-spec.ts'
import { podStatusText } from './pod-status-text.ts'
import { checkPodSpec, checkPodUpdate } from './pod-validation.ts'
import { qosClass } from './qos-class.ts'
import { ageColumn, field, nameColumn, type ResourceDefinition } from './resource.ts'

export const pods: ResourceDefinition = {
  resource: 'pods',
  singular: 'pod',
  kind: 'Pod',
  group: '',
  version: 'v1',
  namespaced: true,
  shortNames: ['po'],
  categories: ['all'],
  type: 'core.v1.Pod',
  status: true,
  generation: ['spec'],
  uncounted: 'nodeName',
  fields: {
    'spec.nodeName': field('spec.nodeName'),
    'spec.restartPolicy': field('spec.restartPolicy'),
    'spec.schedulerName': field('spec.schedulerName'),
    'spec.serviceAccountName': field('spec.serviceAccountName'),
    'spec.hostNetwork': (o) => String(o.spec.hostNetwork ?? false),
    'status.phase': field('status.phase'),
    'status.podIP': field('status.podIP'),
    'status.podIPs': field('status.podIP'),
    'status.nominatedNodeName': field('status.nominatedNodeName'),
  },
  admit: admitPod,
  defaults(object) {
    object.spec ??= {}
    defaultPodSpec(object.spec)
    object.spec.enableServiceLinks ??= true
    defaultStatus(object.status)
    for (const container of [...(object.spec.containers ?? []), ...(object.spec.initContainers ?? [])]) {
      const { limits } = container.resources ?? {}
      if (limits) container.resources.requests = { ...limits, ...container.resources.requests }
    }
  },
  prepareCreate(object) {
    object.status = { phase: 'Pending', qosClass: qosClass(object.spec) }
  },
  validate: (object) => checkPodSpec(object.spec, 'spec'),
  validateUpdate: (next, old) => checkPodUpdate(next, old),
  gracePeriodSeconds: (o) =>
    !o.spec.nodeName || ['Succeeded', 'Failed'].includes(o.status?.phase) ? 0 : (o.spec.terminationGracePeriodSeconds ?? 30),
  columns: [
    nameColumn,
    { name: 'Ready', description: 'The aggregate readiness state of this pod for accepting traffic.' },
    { name: 'Status', description: 'The aggregate status of the containers in this pod.' },
    {
      name: 'Restarts',
      description:
        'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
    },
    ageColumn,
    {
      name: 'IP',
      priority: 1,
      description: 'podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.',
    },
    { name: 'Node', priority: 1, description: 'NodeName indicates in which node this pod is scheduled.' },
    { name: 'Nominated Node', priority: 1, description: 'nominatedNodeName is set only when this pod preempts other pods on the node.' },
    { name: 'Readiness Gates', priority: 1, description: 'If specified, all readiness gates will be evaluated for pod readiness.' },
  ],
  row(o, now) {
    const { ready, status, restarts } = podStatusText(o, now)
    const gates: Json[] = o.spec.readinessGates ?? []
    const conditions: Json[] = o.status?.conditions ?? []
    const passed = gates.filter((g) => conditions.some((c) => c.type === g.conditionType && c.status === 'True')).length
    return [
      o.metadata.name,
      ready,
      status,
      restarts,
      age(o.metadata.creationTimestamp, now),
      o.status?.podIPs?.[0]?.ip || o.status?.podIP || '<none>',
      o.spec.nodeName || '<none>',
      o.status?.nominatedNodeName || '<none>',
      gates.length ? `${passed}/${gates.length}` : '<none>',
    ]
  },
}

/** Fields that upstream's types always print. */
function defaultStatus(status: Json): void {
  for (const condition of status?.conditions ?? []) {
    condition.lastProbeTime ??= null
    condition.lastTransitionTime ??= null
  }
  for (const list of [status?.containerStatuses, status?.initContainerStatuses])
    for (const container of list ?? []) container.lastState ??= {}
}
