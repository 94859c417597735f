// Sets of fields in Kubernetes' FieldsV1 form (f:name, k:{"name":"app"}, v:"value"), as managedFields records them. Used by server-side apply.
import { equalJson, type Json } from '../json-value.ts'
import { type Field, isType, type Type, typeNamed } from '../schema/schema.ts'

export interface FieldSet {
  [path: string]: FieldSet
}

/** Lists whose elements are told apart by more than the strategic merge key (`+listMapKey` in upstream's types). */
const listKeys: Record<string, string[]> = {
  'core.v1.Container.ports': ['containerPort', 'protocol'],
  'core.v1.EphemeralContainer.ports': ['containerPort', 'protocol'],
  'core.v1.ResourceRequirements.claims': ['name'],
  'core.v1.ServiceSpec.ports': ['port', 'protocol'],
  'core.v1.PodSpec.topologySpreadConstraints': ['topologyKey', 'whenUnsatisfiable'],
}
/** Objects that are owned as a whole (`+structType=atomic`, `+mapType=atomic`). */
const atomicTypes = new Set([
  'core.v1.ConfigMapKeySelector',
  'core.v1.EndpointAddress',
  'core.v1.EndpointPort',
  'core.v1.FileKeySelector',
  'core.v1.LocalObjectReference',
  'core.v1.NodeSelector',
  'core.v1.NodeSelectorTerm',
  'core.v1.ObjectFieldSelector',
  'core.v1.ObjectReference',
  'core.v1.ResourceFieldSelector',
  'core.v1.SecretKeySelector',
  'core.v1.TypedLocalObjectReference',
  'discovery.v1.EndpointPort',
  'meta.v1.LabelSelector',
  'meta.v1.OwnerReference',
])
const atomicMaps = new Set(['core.v1.ServiceSpec.selector', 'core.v1.PodSpec.nodeSelector'])
const implied: Record<string, string> = { protocol: 'TCP' }

export interface ListRule {
  /** members that tell elements apart */
  keys?: string[]
  /** a set of primitives */
  set?: boolean
}

/** How a list field is merged; undefined: it is atomic. */
export function listRule(type: Type | undefined, field: Field | undefined): ListRule | undefined {
  if (!type || !field || field.shape !== 'list') return undefined
  const keys = listKeys[`${type.name}.${field.name}`] ?? (field.mergeKey ? [field.mergeKey] : undefined)
  if (keys && isType(field.kind)) return { keys }
  return field.merge && !isType(field.kind) ? { set: true } : undefined
}

/** Is an object at this field merged member by member? */
export function isGranular(type: Type | undefined, field: Field | undefined): boolean {
  if (!type || !field) return false
  if (field.shape === 'map') return !atomicMaps.has(`${type.name}.${field.name}`)
  return field.shape === 'one' && isType(field.kind) && !atomicTypes.has(field.kind)
}

export const innerType = (field: Field | undefined): Type | undefined =>
  field && field.shape !== 'map' && isType(field.kind) ? typeNamed(field.kind) : undefined

export function elementKey(rule: ListRule, item: Json): string {
  if (rule.set) return `v:${JSON.stringify(item)}`
  const key = Object.fromEntries([...(rule.keys ?? [])].sort().map((name) => [name, item?.[name] ?? implied[name] ?? null]))
  return `k:${JSON.stringify(key)}`
}

/** Every field an object sets. */
export function fieldsOf(object: Json, type: Type | undefined): FieldSet {
  const set: FieldSet = {}
  for (const [name, value] of Object.entries(object as Record<string, Json>)) {
    const field = type?.fields.get(name)
    set[`f:${name}`] = valueFields(value, type, field)
  }
  return set
}

function valueFields(value: Json, type: Type | undefined, field: Field | undefined): FieldSet {
  const rule = listRule(type, field)
  if (Array.isArray(value) && rule) {
    return Object.fromEntries(value.map((item) => [elementKey(rule, item), rule.set ? {} : elementFields(item, rule, innerType(field))]))
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value) && isGranular(type, field)) {
    return field?.shape === 'map'
      ? Object.fromEntries(Object.keys(value).map((key) => [`f:${key}`, {}]))
      : fieldsOf(value, innerType(field))
  }
  return {}
}

/** An element's key is its own, even where it is implied. */
function elementFields(item: Json, { keys = [] }: ListRule, type: Type | undefined): FieldSet {
  return { '.': {}, ...Object.fromEntries(keys.map((key) => [`f:${key}`, {}])), ...fieldsOf(item, type) }
}

export const isLeaf = (set: FieldSet): boolean => Object.keys(set).length === 0

/** What is in a and not in b. */
export function without(a: FieldSet, b: FieldSet): FieldSet {
  const rest: FieldSet = {}
  for (const [key, value] of Object.entries(a)) {
    const other = b[key]
    if (!other) rest[key] = value
    else if (!isLeaf(value)) {
      const inner = without(value, other)
      if (!isLeaf(inner)) rest[key] = inner
    }
  }
  return rest
}

/** What is in either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  const all: FieldSet = { ...a }
  for (const [key, value] of Object.entries(b)) all[key] = all[key] ? union(all[key], value) : value
  return all
}

/** Paths in both sets at which the two objects differ, as `.spec.replicas`. */
export function differing(mine: FieldSet, theirs: FieldSet, wanted: Json, live: Json, path = ''): string[] {
  const found: string[] = []
  for (const [key, value] of Object.entries(mine)) {
    const other = theirs[key]
    if (!other || key === '.') continue
    const [a, b] = [memberAt(wanted, key), memberAt(live, key)]
    const at = `${path}${pathText(key)}`
    if (isLeaf(value) || isLeaf(other)) {
      if (!equalJson(a, b)) found.push(at)
    } else found.push(...differing(value, other, a, b, at))
  }
  return found
}

function pathText(key: string): string {
  if (key.startsWith('f:')) return `.${key.slice(2)}`
  if (key.startsWith('v:')) return `[=${key.slice(2)}]`
  const parts = Object.entries(JSON.parse(key.slice(2)) as Record<string, Json>).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return `[${parts.join(',')}]`
}

/** Does a list element answer to this key? */
export function hasKey(item: Json, key: string): boolean {
  if (key.startsWith('v:')) return equalJson(item, JSON.parse(key.slice(2)))
  return Object.entries(JSON.parse(key.slice(2)) as Record<string, Json>).every(([name, value]) =>
    equalJson(item?.[name] ?? implied[name] ?? null, value),
  )
}

export function memberAt(value: Json, key: string): Json {
  if (key.startsWith('f:')) return value?.[key.slice(2)]
  return Array.isArray(value) ? value.find((item) => hasKey(item, key)) : undefined
}
