// What the API knows about one kind: its names, defaulting, validation and table. The store and the server are written against this; resources/<kind>.ts fill it.
import type { Json } from '../json-value.ts'
import type { ApiStore, KubeObject } from '../store.ts'

/** One problem with one field, in upstream's words; many of them make a 422. */
export interface Cause {
  reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueDuplicate'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong'
    | 'FieldValueNotFound'
  message: string
  field: string
}

/** A column as `kubectl get` prints it; priority 1 is shown by -o wide only. */
export interface Column {
  name: string
  type?: 'string' | 'integer'
  format?: string
  description: string
  priority?: 0 | 1
}

/** What a resource may look at while it prepares or checks an object. */
export interface Surroundings {
  store: Pick<ApiStore, 'get' | 'list'>
  /** As `store.list(resource)`, in no order: sorting is what takes time when there are thousands. */
  all(resource: string): Iterable<KubeObject>
  /** epoch ms */
  now(): number
  /** lower-case suffix of n characters, upstream's alphabet */
  suffix(length: number): string
}

type Hook = (next: KubeObject, around: Surroundings) => void
type UpdateHook = (next: KubeObject, old: KubeObject, around: Surroundings) => void

export interface ResourceDefinition {
  /** plural; the store's name of it */
  resource: string
  singular: string
  kind: string
  /** '' is the core group */
  group: string
  version: string
  namespaced: boolean
  shortNames?: string[]
  categories?: string[]
  /** name of the type in the schema, e.g. core.v1.Pod */
  type: string
  verbs?: string[]
  /** listed, and never taken */
  isEmpty?: true
  /** has a status subresource; create drops status unless keepStatusOnCreate */
  status?: boolean
  keepStatusOnCreate?: boolean
  /** metadata.generation counts changes of these top-level fields */
  generation?: string[]
  /** a member of those whose change does not count: a binding, or a controller's note, is no new wish */
  uncounted?: string
  scale?: boolean
  /** fields defaulted as upstream's scheme does: on every write, before validation */
  defaults?: (object: KubeObject) => void
  /** allocation and admission, before defaults, on create only */
  admit?: Hook
  prepareCreate?: Hook
  prepareUpdate?: UpdateHook
  validate?: (object: KubeObject, around: Surroundings) => Cause[]
  validateUpdate?: (next: KubeObject, old: KubeObject, around: Surroundings) => Cause[]
  /** seconds a deleted object stays for its owner to clean up; 0: goes at once */
  gracePeriodSeconds?: (object: KubeObject) => number
  /** called on the object when it begins to be deleted gracefully or with finalizers */
  beginDelete?: (object: KubeObject) => void
  /** besides metadata.finalizers, what keeps a deleted object alive */
  heldBy?: (object: KubeObject) => boolean
  /** metadata.name must be a DNS label (services, namespaces) rather than a subdomain */
  nameIs?: 'subdomain' | 'label' | 'label1035'
  fields?: Record<string, (object: KubeObject) => string>
  columns: Column[]
  /** the cells of one row, in the order of columns; now is epoch ms */
  row(object: KubeObject, now: number): Json[]
  /** Warning headers for whoever writes this object */
  warnings?: (object: KubeObject) => string[]
  /** sent as a Warning header with every answer about it */
  deprecation?: string
}

export const apiVersionOf = (d: Pick<ResourceDefinition, 'group' | 'version'>): string => (d.group ? `${d.group}/${d.version}` : d.version)
/** services, deployments.apps: as errors name a resource. */
export const groupResource = (d: Pick<ResourceDefinition, 'group' | 'resource'>): string =>
  d.group ? `${d.resource}.${d.group}` : d.resource

export const nameColumn: Column = {
  name: 'Name',
  format: 'name',
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
}
export const ageColumn: Column = {
  name: 'Age',
  description:
    'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata',
}
export { field } from '../selectors.ts'
