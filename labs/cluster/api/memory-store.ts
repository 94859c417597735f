// The API store in memory: objects by resource, versions, ordered events. Created by the control plane's main; controllers, kubelet and the API server share it.
import { randomInt, randomUUID } from 'node:crypto'
import { timestamp } from './durations.ts'
import { EventLog } from './event-log.ts'
import { cloneJson, equalJson, freezeJson } from './json-value.ts'
import { checkMetadata, invalid } from './metadata.ts'
import { resourceNamed } from './resources/registry.ts'
import { apiVersionOf, groupResource, type ResourceDefinition, type Surroundings } from './resources/resource.ts'
import { parseFieldSelector, parseLabelSelector } from './selectors.ts'
import { ApiError, type ApiStore, type KubeObject, type ListOptions, type NewObject, type WatchEvent } from './store.ts'

export interface StoreOptions {
  /** epoch ms; defaults to Date.now */
  now?: () => number
  /** events kept per resource for watches that resume; older ones answer 410 */
  history?: number
}

type DeleteOptions = Parameters<ApiStore['delete']>[3] & { uid?: string; resourceVersion?: string }

const alphabet = 'bcdfghjklmnpqrstvwxz2456789'
const suffix = (length: number): string => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
const keyOf = (namespace: string | undefined, name: string): string => (namespace ? `${namespace}/${name}` : name)

/** What the API server needs beyond the contract: dry runs and preconditions. */
export interface ServedStore extends ApiStore {
  create(resource: string, object: NewObject, options?: { dryRun?: boolean }): KubeObject
  update(resource: string, object: KubeObject, options?: { subresource?: 'status'; dryRun?: boolean }): KubeObject
  /** events after sinceVersion, then live ones, in order; throws Expired when that is too old */
  follow(resource: string, sinceVersion: string, listener: (event: WatchEvent) => void): () => void
  /** returns the object as it is after the call: gone (deleted true) or terminating */
  remove(
    resource: string,
    namespace: string | undefined,
    name: string,
    options?: DeleteOptions & { dryRun?: boolean },
  ): { object: KubeObject; deleted: boolean }
}

/** A store with the namespaces every cluster has. All calls are synchronous; listeners run inside the write that caused the event, in version order. */
export function createStore(options: StoreOptions = {}): ServedStore {
  const now = options.now ?? Date.now
  const tables = new Map<string, Map<string, KubeObject>>()
  const log = new EventLog(options.history ?? 1000)
  let version = 1

  const definitionOf = (resource: string): ResourceDefinition => {
    const definition = resourceNamed(resource)
    if (!definition) throw new ApiError(404, 'NotFound', 'the server could not find the requested resource')
    return definition
  }
  const tableOf = (resource: string) => {
    const table = tables.get(resource) ?? new Map<string, KubeObject>()
    tables.set(resource, table)
    return table
  }
  const notFound = (d: ResourceDefinition, name: string) =>
    new ApiError(404, 'NotFound', `${groupResource(d)} "${name}" not found`, { name, group: d.group, kind: d.resource })

  function commit(d: ResourceDefinition, type: WatchEvent['type'], draft: KubeObject, old?: KubeObject): KubeObject {
    draft.metadata.resourceVersion = String(++version)
    const object = freezeJson(draft)
    const key = keyOf(object.metadata.namespace, object.metadata.name)
    if (type === 'DELETED') tableOf(d.resource).delete(key)
    else tableOf(d.resource).set(key, object)
    log.push(d.resource, version, old ? { type, object, old } : { type, object })
    return object
  }

  function list(resource: string, { namespace, labelSelector, fieldSelector }: ListOptions = {}): KubeObject[] {
    const d = definitionOf(resource)
    const labelTest = labelSelector ? parseLabelSelector(labelSelector) : undefined
    const fieldTest = fieldSelector ? parseFieldSelector(fieldSelector, d.fields ?? {}) : undefined
    const found: [string, KubeObject][] = []
    for (const entry of tableOf(resource)) {
      const [, object] = entry
      if (namespace && object.metadata.namespace !== namespace) continue
      if (labelTest && !labelTest(object.metadata.labels)) continue
      if (fieldTest && !fieldTest(object)) continue
      found.push(entry)
    }
    return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
  }

  const get = (resource: string, namespace: string | undefined, name: string): KubeObject | undefined =>
    tableOf(definitionOf(resource).resource).get(keyOf(definitionOf(resource).namespaced ? namespace : undefined, name))

  const around: Surroundings = { store: { get, list }, all: (resource) => tableOf(resource).values(), now, suffix }

  function create(resource: string, given: NewObject, { dryRun = false } = {}): KubeObject {
    const d = definitionOf(resource)
    const draft = cloneJson(given) as KubeObject
    draft.apiVersion = apiVersionOf(d)
    draft.kind = d.kind
    const meta = draft.metadata
    if (d.namespaced) meta.namespace ||= 'default'
    else delete meta.namespace
    if (!meta.name && meta.generateName) meta.name = `${meta.generateName.slice(0, 58)}${suffix(5)}`
    meta.uid = randomUUID()
    meta.creationTimestamp = timestamp(now())
    for (const field of ['resourceVersion', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generation', 'selfLink'] as const)
      delete (meta as unknown as Record<string, unknown>)[field]
    if (d.generation) meta.generation = 1
    if (d.status && !d.keepStatusOnCreate) draft.status = {}
    d.admit?.(draft, around)
    d.defaults?.(draft)
    d.prepareCreate?.(draft, around)
    const causes = [...checkMetadata(d, draft), ...(d.validate?.(draft, around) ?? [])]
    if (causes.length > 0) throw invalid(d, meta.name, causes)
    const present = tableOf(resource).get(keyOf(meta.namespace, meta.name))
    if (present) {
      const dying = present.metadata.deletionTimestamp ? 'object is being deleted: ' : ''
      throw new ApiError(409, 'AlreadyExists', `${dying}${groupResource(d)} "${meta.name}" already exists`, {
        name: meta.name,
        group: d.group,
        kind: d.resource,
      })
    }
    const home = d.namespaced ? tableOf('namespaces').get(meta.namespace as string) : undefined
    if (home?.metadata.deletionTimestamp) {
      throw new ApiError(
        403,
        'Forbidden',
        `${groupResource(d)} "${meta.name}" is forbidden: unable to create new content in namespace ${meta.namespace} because it is being terminated`,
        {
          name: meta.name,
          group: d.group,
          kind: d.resource,
          causes: [
            { reason: 'NamespaceTerminating', message: `namespace ${meta.namespace} is being terminated`, field: 'metadata.namespace' },
          ],
        },
      )
    }
    if (dryRun) return freezeJson(draft)
    return commit(d, 'ADDED', draft)
  }

  function update(
    resource: string,
    given: KubeObject,
    { subresource, dryRun = false }: { subresource?: 'status'; dryRun?: boolean } = {},
  ): KubeObject {
    const d = definitionOf(resource)
    const { name } = given.metadata
    const old = get(resource, given.metadata.namespace, name)
    if (!old) throw notFound(d, name)
    const conflict = (why: string) =>
      new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${groupResource(d)} "${name}": ${why}`, {
        name,
        group: d.group,
        kind: d.resource,
      })
    if (given.metadata.uid && given.metadata.uid !== old.metadata.uid) {
      throw conflict(
        `StorageError: invalid object, Code: 4, Key: /registry/${resource}/${keyOf(old.metadata.namespace, name)}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${given.metadata.uid}, UID in object meta: ${old.metadata.uid}`,
      )
    }
    if (given.metadata.resourceVersion && given.metadata.resourceVersion !== old.metadata.resourceVersion) {
      throw conflict('the object has been modified; please apply your changes to the latest version and try again')
    }
    const draft = merge(d, given, old, subresource)
    d.defaults?.(draft)
    if (!subresource) d.prepareUpdate?.(draft, old, around)
    if (d.generation && !subresource && d.generation.some((part) => isChanged(d, part, draft, old))) {
      draft.metadata.generation = (old.metadata.generation ?? 1) + 1
    }
    if (equalJson(draft, old)) return old
    const causes = subresource
      ? checkMetadata(d, draft, old)
      : [...checkMetadata(d, draft, old), ...(d.validate?.(draft, around) ?? []), ...(d.validateUpdate?.(draft, old, around) ?? [])]
    if (causes.length > 0) throw invalid(d, name, causes)
    if (dryRun) return freezeJson(draft)
    if (draft.metadata.deletionTimestamp && !isHeld(d, draft) && !(draft.metadata.deletionGracePeriodSeconds ?? 0)) {
      return commit(d, 'DELETED', draft, old)
    }
    return commit(d, 'MODIFIED', draft, old)
  }

  function remove(
    resource: string,
    namespace: string | undefined,
    name: string,
    opts: DeleteOptions & { dryRun?: boolean } = {},
  ): { object: KubeObject; deleted: boolean } {
    const d = definitionOf(resource)
    const old = get(resource, namespace, name)
    if (!old) throw notFound(d, name)
    if ((opts.uid && opts.uid !== old.metadata.uid) || (opts.resourceVersion && opts.resourceVersion !== old.metadata.resourceVersion)) {
      const [what, wanted, is] =
        opts.uid && opts.uid !== old.metadata.uid
          ? ['UID', opts.uid, old.metadata.uid]
          : ['ResourceVersion', opts.resourceVersion, old.metadata.resourceVersion]
      throw new ApiError(
        409,
        'Conflict',
        `Operation cannot be fulfilled on ${groupResource(d)} "${name}": the ${what} in the precondition (${wanted}) does not match the ${what} in record (${is}). The object might have been deleted and then recreated`,
        { name, group: d.group, kind: d.resource },
      )
    }
    const draft = cloneJson(old)
    const meta = draft.metadata
    if (opts.propagationPolicy) meta.finalizers = finalizersFor(opts.propagationPolicy, meta.finalizers ?? [])
    if (meta.finalizers?.length === 0) delete meta.finalizers
    const full = d.gracePeriodSeconds?.(old) ?? 0
    const grace = full === 0 ? 0 : Math.max(0, opts.gracePeriodSeconds ?? full)
    const held = isHeld(d, draft)
    if (grace > 0 || held) {
      const sooner = meta.deletionTimestamp === undefined || grace < (meta.deletionGracePeriodSeconds ?? 0)
      if (sooner) {
        meta.deletionTimestamp = timestamp(now() + grace * 1000)
        // A namespace is held by its spec, not by grace, and upstream shows no grace for it.
        if (!d.heldBy) meta.deletionGracePeriodSeconds = grace
        d.beginDelete?.(draft)
        if (d.generation && !old.metadata.deletionTimestamp) meta.generation = (meta.generation ?? 1) + 1
      }
      if (equalJson(draft, old) || opts.dryRun) return { object: freezeJson(draft), deleted: false }
      return { object: commit(d, 'MODIFIED', draft, old), deleted: false }
    }
    if (opts.dryRun) return { object: old, deleted: true }
    return { object: commit(d, 'DELETED', draft, old), deleted: true }
  }

  function mutate(...[resource, namespace, name, change, opts]: Parameters<ApiStore['mutate']>): KubeObject | undefined {
    const old = get(resource, namespace, name)
    if (!old) return undefined
    const draft = cloneJson(old)
    change(draft)
    return equalJson(draft, old) ? old : update(resource, draft, opts)
  }

  const store: ServedStore = {
    get resourceVersion() {
      return String(version)
    },
    get,
    list,
    create,
    update,
    mutate,
    remove,
    delete: (resource, namespace, name, opts) => void remove(resource, namespace, name, opts),
    watch(resource, listener) {
      return log.watch(definitionOf(resource).resource, version, listener, () => list(resource))
    },
    follow: (resource, sinceVersion, listener) => log.follow(definitionOf(resource).resource, sinceVersion, version, listener),
    since: (resource, sinceVersion) => log.since(definitionOf(resource).resource, sinceVersion, version),
  }
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) {
    create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }
  return store
}

function isChanged(d: ResourceDefinition, part: string, next: KubeObject, old: KubeObject): boolean {
  const { uncounted } = d
  const counted = (object: KubeObject) => {
    const value = partOf(object, part)
    return uncounted ? { ...(value as object), [uncounted]: undefined } : value
  }
  return !equalJson(counted(next), counted(old))
}

function partOf(object: KubeObject, part: string): unknown {
  const [top, field] = part.split('.')
  return field && top === 'metadata' ? object.metadata[field as 'labels' | 'annotations'] : object[part]
}

function isHeld(d: ResourceDefinition, object: KubeObject): boolean {
  return (object.metadata.finalizers?.length ?? 0) > 0 || (d.heldBy?.(object) ?? false)
}

/** The object an update asks for: fields that belong to the server or to the other subresource stay as they were. */
function merge(d: ResourceDefinition, given: KubeObject, old: KubeObject, subresource: 'status' | undefined): KubeObject {
  if (subresource === 'status') {
    const draft = cloneJson(old)
    draft.status = cloneJson(given.status ?? {})
    // upstream takes these from a status write too; a copy without a version may be older than what others have written since
    if (given.metadata.resourceVersion)
      for (const field of ['annotations', 'labels'] as const) {
        const value = given.metadata[field]
        if (value === undefined) delete draft.metadata[field]
        else draft.metadata[field] = cloneJson(value)
      }
    return draft
  }
  const draft = cloneJson(given)
  draft.apiVersion = old.apiVersion
  draft.kind = old.kind
  if (d.status) {
    if (old.status === undefined) delete draft.status
    else draft.status = cloneJson(old.status)
  }
  const kept = [
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'namespace',
    'generateName',
  ] as const
  for (const field of kept) {
    const value = old.metadata[field]
    if (value === undefined) delete draft.metadata[field]
    else (draft.metadata as unknown as Record<string, unknown>)[field] = value
  }
  return draft
}

/** The garbage collector's marks for a way of deletion; a later deletion may choose another way. */
function finalizersFor(policy: 'Background' | 'Foreground' | 'Orphan', present: string[]): string[] {
  const others = present.filter((name) => name !== 'foregroundDeletion' && name !== 'orphan')
  return policy === 'Background' ? others : [...others, policy === 'Orphan' ? 'orphan' : 'foregroundDeletion']
}
