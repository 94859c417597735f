// Deployment.
import { age } from '../durations.ts'
import { forbidden, invalidValue, notSupported } from '../metadata.ts'
import { formatLabelSelector } from '../selectors.ts'
import { ageColumn, type Cause, nameColumn, type ResourceDefinition } from './resource.ts'
import { checkSelectorUpdate, checkWorkload, defaultWorkload, workloadCells, workloadColumns } from './workload.ts'

export const deployments: ResourceDefinition = {
  resource: 'deployments',
  singular: 'deployment',
  kind: 'Deployment',
  group: 'apps',
  version: 'v1',
  namespaced: true,
  shortNames: ['deploy'],
  categories: ['all'],
  type: 'apps.v1.Deployment',
  status: true,
  scale: true,
  // upstream counts annotations too, for its own old rollback
  generation: ['spec', 'metadata.annotations'],
  uncounted: 'deployment.kubernetes.io/revision',
  defaults(object) {
    defaultWorkload(object)
    const { spec } = object
    spec.strategy ??= {}
    spec.strategy.type ||= 'RollingUpdate'
    if (spec.strategy.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate ??= {}
      spec.strategy.rollingUpdate.maxUnavailable ??= '25%'
      spec.strategy.rollingUpdate.maxSurge ??= '25%'
    }
    spec.revisionHistoryLimit ??= 10
    spec.progressDeadlineSeconds ??= 600
  },
  validate(object) {
    const causes = checkWorkload(object, 'deployment')
    causes.push(...checkStrategy(object.spec))
    return causes
  },
  validateUpdate: checkSelectorUpdate,
  columns: [
    nameColumn,
    { name: 'Ready', description: 'Number of the pod with ready state' },
    {
      name: 'Up-to-date',
      description: 'Total number of non-terminated pods targeted by this deployment that have the desired template spec.',
    },
    { name: 'Available', description: 'Total number of available pods (ready for at least minReadySeconds) targeted by this deployment.' },
    ageColumn,
    ...workloadColumns,
  ],
  row: (o, now) => [
    o.metadata.name,
    `${o.status?.readyReplicas ?? 0}/${o.spec.replicas}`,
    o.status?.updatedReplicas ?? 0,
    o.status?.availableReplicas ?? 0,
    age(o.metadata.creationTimestamp, now),
    ...workloadCells(o, formatLabelSelector(o.spec.selector)),
  ],
}

function checkStrategy(spec: { strategy: Record<string, Record<string, unknown>>; [field: string]: unknown }): Cause[] {
  const causes: Cause[] = []
  const type = spec.strategy.type as unknown as string
  const rolling = spec.strategy.rollingUpdate
  if (type === 'Recreate') {
    if (rolling) causes.push(forbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'"))
  } else if (type === 'RollingUpdate') {
    const at = 'spec.strategy.rollingUpdate'
    for (const field of ['maxUnavailable', 'maxSurge']) {
      const value = rolling?.[field]
      const fine = typeof value === 'number' ? value >= 0 : /^\d+%$/.test(String(value))
      if (!fine) {
        const why =
          typeof value === 'number'
            ? 'must be greater than or equal to 0'
            : "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
        causes.push(invalidValue(`${at}.${field}`, value, why))
      }
    }
    const zero = (v: unknown) => v === 0 || v === '0%'
    if (zero(rolling?.maxUnavailable) && zero(rolling?.maxSurge))
      causes.push(invalidValue(`${at}.maxUnavailable`, rolling?.maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  } else causes.push(notSupported('spec.strategy.type', type, ['Recreate', 'RollingUpdate']))
  return causes
}
