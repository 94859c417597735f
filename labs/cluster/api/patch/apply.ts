// Server-side apply: merges a configuration into the object, removes what this manager no longer sets, and refuses what another applier owns unless
// forced. Only appliers own fields here; plain updates (edit, scale, patch) never conflict, which is the one difference from upstream.
import { timestamp } from '../durations.ts'
import { cloneJson, type Json } from '../json-value.ts'
import { type Type, typeNamed } from '../schema/schema.ts'
import { ApiError, type KubeObject } from '../store.ts'
import {
  differing,
  elementKey,
  type FieldSet,
  fieldsOf,
  hasKey,
  innerType,
  isGranular,
  isLeaf,
  listRule,
  union,
  without,
} from './field-set.ts'

interface ManagedFields {
  manager: string
  operation: string
  apiVersion: string
  time: string
  fieldsType: 'FieldsV1'
  fieldsV1: FieldSet
}
export interface ApplyOptions {
  /** schema type of the object */
  type: string
  manager: string
  force: boolean
  apiVersion: string
  /** epoch ms */
  now: number
}

/** Identity is nobody's field. */
function ownable(config: Json): Json {
  const { apiVersion: _version, kind: _kind, status: _status, ...rest } = config
  const { name: _name, namespace: _namespace, managedFields: _fields, resourceVersion: _rv, uid: _uid, ...metadata } = config.metadata ?? {}
  return { ...rest, ...(Object.keys(metadata).length > 0 ? { metadata } : { metadata: undefined }) }
}

/** The object to be written; throws ApiError Conflict that names fields and their managers. */
export function applyConfiguration(old: KubeObject | undefined, config: Json, options: ApplyOptions): KubeObject {
  const type = typeNamed(options.type)
  const wanted = cloneJson(ownable(config))
  const mine = fieldsOf(wanted, type)
  const managers: ManagedFields[] = cloneJson((old?.metadata as Json)?.managedFields ?? [])
  const before = managers.find((m) => m.manager === options.manager && m.operation === 'Apply')
  const others = managers.filter((m) => m !== before)
  const conflicts = others
    .map((m) => ({ manager: m.manager, paths: differing(mine, m.fieldsV1, wanted, old ?? {}) }))
    .filter((c) => c.paths.length > 0)
  if (conflicts.length > 0 && !options.force) throw conflictError(conflicts)
  for (const other of others) if (conflicts.some((c) => c.manager === other.manager)) other.fieldsV1 = without(other.fieldsV1, mine)

  let object: Json = old ? cloneJson(old) : { apiVersion: config.apiVersion, kind: config.kind, metadata: { name: config.metadata.name } }
  if (before) {
    const kept = others.reduce((all, m) => union(all, m.fieldsV1), mine)
    object = removeFields(object, without(before.fieldsV1, kept))
  }
  object = mergeObject(object, wanted, type)
  object.metadata.name = config.metadata.name
  if (config.metadata.namespace) object.metadata.namespace = config.metadata.namespace
  const entry: ManagedFields = {
    manager: options.manager,
    operation: 'Apply',
    apiVersion: options.apiVersion,
    time: timestamp(options.now),
    fieldsType: 'FieldsV1',
    fieldsV1: mine,
  }
  // An apply that changes nothing keeps its time, so that it writes nothing.
  if (before && JSON.stringify(before.fieldsV1) === JSON.stringify(mine)) entry.time = before.time
  object.metadata.managedFields = [...others.filter((m) => !isLeaf(m.fieldsV1)), entry].sort((a, b) => (a.manager < b.manager ? -1 : 1))
  if (config.metadata.resourceVersion) object.metadata.resourceVersion = config.metadata.resourceVersion
  return object
}

function conflictError(conflicts: { manager: string; paths: string[] }[]): ApiError {
  const count = conflicts.reduce((sum, c) => sum + c.paths.length, 0)
  const causes = conflicts.flatMap((c) =>
    c.paths.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with "${c.manager}"`, field })),
  )
  const text =
    causes.length === 1
      ? `conflict with "${conflicts[0]?.manager}": ${causes[0]?.field}`
      : `conflicts with ${conflicts.map((c) => `"${c.manager}":\n${c.paths.map((p) => `- ${p}`).join('\n')}`).join('\n')}`
  return new ApiError(409, 'Conflict', `Apply failed with ${count} conflict${count === 1 ? '' : 's'}: ${text}`, { causes })
}

/** Changes and returns the target. */
function mergeObject(target: Json, wanted: Json, type: Type | undefined): Json {
  for (const [name, value] of Object.entries(wanted as Record<string, Json>)) {
    const field = type?.fields.get(name)
    const rule = listRule(type, field)
    const present = target[name]
    if (Array.isArray(value) && rule && Array.isArray(present)) {
      for (const item of value) {
        const key = elementKey(rule, item)
        const index = present.findIndex((known: Json) => hasKey(known, key))
        if (index < 0) present.push(item)
        else if (!rule.set) present[index] = mergeObject(present[index], item, innerType(field))
      }
    } else if (
      value !== null &&
      typeof value === 'object' &&
      !Array.isArray(value) &&
      isGranular(type, field) &&
      present !== null &&
      typeof present === 'object'
    ) {
      target[name] = mergeObject(present, value, innerType(field))
    } else target[name] = value
  }
  return target
}

/** Changes and returns the target: fields of the set are gone; what they leave empty stays. */
function removeFields(target: Json, set: FieldSet): Json {
  if (target === null || typeof target !== 'object') return target
  for (const [key, inner] of Object.entries(set)) {
    if (key === '.') continue
    if (key.startsWith('f:')) {
      const name = key.slice(2)
      if (isLeaf(inner)) delete target[name]
      else if (target[name] !== undefined) target[name] = removeFields(target[name], inner)
    } else if (Array.isArray(target)) {
      const index = target.findIndex((item) => hasKey(item, key))
      if (index < 0) continue
      if (isLeaf(inner) || inner['.']) target.splice(index, 1)
      else target[index] = removeFields(target[index], inner)
    }
  }
  return target
}
