// Event (core/v1): what controllers and kubelets report about objects.
import { age } from '../durations.ts'
import { invalidValue } from '../metadata.ts'
import { field, nameColumn, type ResourceDefinition } from './resource.ts'

const paths = [
  'involvedObject.kind',
  'involvedObject.namespace',
  'involvedObject.name',
  'involvedObject.uid',
  'involvedObject.apiVersion',
  'involvedObject.resourceVersion',
  'involvedObject.fieldPath',
  'reason',
  'reportingComponent',
  'type',
]

export const events: ResourceDefinition = {
  resource: 'events',
  singular: 'event',
  kind: 'Event',
  group: '',
  version: 'v1',
  namespaced: true,
  shortNames: ['ev'],
  type: 'core.v1.Event',
  fields: {
    ...Object.fromEntries(paths.map((path) => [path, field(path)])),
    source: (o) => o.source?.component || o.reportingComponent || '',
  },
  validate(object) {
    const { metadata, involvedObject = {} } = object
    const wanted = involvedObject.namespace || 'default'
    return metadata.namespace === wanted
      ? []
      : [invalidValue('involvedObject.namespace', involvedObject.namespace ?? '', 'does not match event.namespace')]
  },
  columns: [
    { name: 'Last Seen', description: 'Time when this event was last observed' },
    { name: 'Type', description: 'Type of this event (Normal, Warning), new types could be added in the future' },
    {
      name: 'Reason',
      description:
        "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
    },
    { name: 'Object', description: 'The object that this event is about.' },
    { name: 'Subobject', priority: 1, description: 'The object that this event is about.' },
    { name: 'Source', priority: 1, description: 'The component reporting this event. Should be a short machine understandable string.' },
    { name: 'Message', description: 'A human-readable description of the status of this operation.' },
    {
      name: 'First Seen',
      priority: 1,
      description: 'The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)',
    },
    { name: 'Count', priority: 1, description: 'The number of times this event has occurred.' },
    { ...nameColumn, priority: 1 },
  ],
  row(o, now) {
    const since = (t: string | undefined | null) => age(t, now)
    const first = o.firstTimestamp ? since(o.firstTimestamp) : since(o.eventTime)
    const last = o.series ? since(o.series.lastObservedTime) : o.lastTimestamp ? since(o.lastTimestamp) : first
    const count = o.series?.count ?? o.count ?? 0
    const about = o.involvedObject ?? {}
    const source = o.source?.component
      ? [o.source.component, ...(o.source.host ? [o.source.host] : [])]
      : [o.reportingComponent, ...(o.reportingInstance ? [o.reportingInstance] : [])]
    return [
      last,
      o.type ?? '',
      o.reason ?? '',
      about.name ? `${String(about.kind).toLowerCase()}/${about.name}` : String(about.kind ?? '').toLowerCase(),
      about.fieldPath ?? '',
      source.filter(Boolean).join(', '),
      String(o.message ?? '').trim(),
      first,
      count === 0 ? 1 : count,
      o.metadata.name,
    ]
  },
}
