// Job.
import { age, humanDuration } from '../durations.ts'
import { equalJson, type Json } from '../json-value.ts'
import { checkLabels, forbidden, immutable, invalidValue, notSupported } from '../metadata.ts'
import { formatLabelSelector, matchesLabelSelector } from '../selectors.ts'
import type { KubeObject } from '../store.ts'
import { defaultPodSpec } from './pod-spec.ts'
import { checkPodSpec } from './pod-validation.ts'
import { ageColumn, type Cause, nameColumn, type ResourceDefinition } from './resource.ts'
import { workloadCells } from './workload.ts'

const numbers = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished']
/** What a Job of a real cluster may have, and none here. */
const unserved = ['successPolicy', 'podFailurePolicy', 'backoffLimitPerIndex', 'maxFailedIndexes', 'managedBy', 'scheduling']

export const jobs: ResourceDefinition = {
  resource: 'jobs',
  singular: 'job',
  kind: 'Job',
  group: 'batch',
  version: 'v1',
  namespaced: true,
  categories: ['all'],
  type: 'batch.v1.Job',
  status: true,
  generation: ['spec'],
  fields: { 'status.successful': (o) => String(o.status?.succeeded ?? 0) },
  defaults(object) {
    object.spec ??= {}
    const { spec } = object
    if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
    spec.parallelism ??= 1
    spec.backoffLimit ??= 6
    spec.completionMode ??= 'NonIndexed'
    spec.suspend ??= false
    spec.podReplacementPolicy ??= 'TerminatingOrFailed'
    spec.manualSelector ??= false
    spec.template ??= {}
    spec.template.metadata ??= {}
    spec.template.spec ??= {}
    defaultPodSpec(spec.template.spec)
    labelAsTemplate(object)
    object.status ??= {}
  },
  prepareCreate(object) {
    if (!object.spec.manualSelector) generateSelector(object)
    labelAsTemplate(object)
  },
  validate: (object) => check(object),
  validateUpdate(next, old) {
    const causes: Cause[] = []
    for (const field of ['completions', 'selector', 'template', 'completionMode'])
      if (!equalJson(next.spec[field], old.spec[field])) causes.push(immutable(`spec.${field}`, next.spec[field]))
    return causes
  },
  columns: [
    nameColumn,
    { name: 'Status', description: 'Status of the job.' },
    {
      name: 'Completions',
      description:
        'The number of pods which reached phase Succeeded. The value increases monotonically for a given spec. However, it may decrease in reaction to scale down of elastic indexed jobs.',
    },
    { name: 'Duration', description: 'Time required to complete the job.' },
    ageColumn,
    { name: 'Containers', priority: 1, description: 'Names of each container in the template.' },
    { name: 'Images', priority: 1, description: 'Images referenced by each container in the template.' },
    {
      name: 'Selector',
      priority: 1,
      description:
        'A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
    },
  ],
  row: (o, now) => [
    o.metadata.name,
    statusWord(o),
    completions(o),
    duration(o, now),
    age(o.metadata.creationTimestamp, now),
    ...workloadCells(o, formatLabelSelector(o.spec.selector)),
  ],
}

/** A Job without labels has those of its template. */
function labelAsTemplate(job: KubeObject): void {
  const { labels } = job.spec.template.metadata
  if (labels && Object.keys(job.metadata.labels ?? {}).length === 0) job.metadata.labels = { ...labels }
}

/** The labels that tie pods to this Job and no other. */
function generateSelector(job: KubeObject): void {
  const { name, uid } = job.metadata
  const { spec } = job
  spec.template.metadata.labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
    ...spec.template.metadata.labels,
  }
  spec.selector ??= {}
  spec.selector.matchLabels = { 'batch.kubernetes.io/controller-uid': uid, ...spec.selector.matchLabels }
}

function check({ spec }: KubeObject): Cause[] {
  const causes: Cause[] = []
  for (const field of numbers)
    if (spec[field] < 0) causes.push(invalidValue(`spec.${field}`, spec[field], 'must be greater than or equal to 0'))
  if (spec.completionMode === 'Indexed')
    causes.push(forbidden('spec.completionMode', "this lab's Kubernetes has no Indexed Jobs; leave completionMode out"))
  else if (spec.completionMode !== 'NonIndexed')
    causes.push(notSupported('spec.completionMode', spec.completionMode, ['NonIndexed', 'Indexed']))
  for (const field of unserved)
    if (spec[field] !== undefined) causes.push(forbidden(`spec.${field}`, "this lab's Kubernetes does not have it; leave it out"))
  if (!['TerminatingOrFailed', 'Failed'].includes(spec.podReplacementPolicy))
    causes.push(notSupported('spec.podReplacementPolicy', spec.podReplacementPolicy, ['Failed', 'TerminatingOrFailed']))
  const { labels } = spec.template.metadata
  causes.push(...checkLabels(labels, 'spec.template.labels'))
  causes.push(...checkPodSpec(spec.template.spec, 'spec.template.spec'))
  const policy = spec.template.spec.restartPolicy
  if (policy === 'Always') causes.push(notSupported('spec.template.spec.restartPolicy', policy, ['OnFailure', 'Never']))
  if (!spec.selector || !matchesLabelSelector(spec.selector, labels))
    causes.push(invalidValue('spec.template.metadata.labels', labels ?? null, '`selector` does not match template `labels`'))
  return causes
}

const has = (job: KubeObject, type: string): boolean =>
  (job.status?.conditions ?? []).some((c: Json) => c.type === type && c.status === 'True')

function statusWord(job: KubeObject): string {
  if (has(job, 'Complete')) return 'Complete'
  if (has(job, 'Failed')) return 'Failed'
  if (job.metadata.deletionTimestamp) return 'Terminating'
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find((type) => has(job, type)) ?? 'Running'
}

function completions({ spec, status }: KubeObject): string {
  const done = status?.succeeded ?? 0
  if (spec.completions !== undefined) return `${done}/${spec.completions}`
  return spec.parallelism > 1 ? `${done}/1 of ${spec.parallelism}` : `${done}/1`
}

function duration({ status }: KubeObject, now: number): string {
  if (!status?.startTime) return ''
  return humanDuration((status.completionTime ? Date.parse(status.completionTime) : now) - Date.parse(status.startTime))
}
