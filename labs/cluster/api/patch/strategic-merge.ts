// Strategic merge patch: what `kubectl apply`, `edit`, `set` and `patch` send. Lists are merged by the keys of the schema (containers by name, ports by number).
import { cloneJson, equalJson, type Json } from '../json-value.ts'
import { type Field, isType, type Type, typeNamed } from '../schema/schema.ts'
import { ApiError } from '../store.ts'

type Members = Record<string, Json>
const setOrder = '$setElementOrder/'
const deleteFrom = '$deleteFromPrimitiveList/'
const isObject = (value: Json): value is Members => value !== null && typeof value === 'object' && !Array.isArray(value)
const bad = (message: string) => new ApiError(400, 'BadRequest', message)

/** A new object. `typeName` is the schema's name of the original's type, e.g. core.v1.Service. */
export function applyStrategicMerge(original: Json, patch: Json, typeName: string): Json {
  if (!isObject(patch)) throw bad('json: cannot unmarshal array into Go value of type map[string]interface {}')
  return mergeObject(cloneJson(original), patch, typeNamed(typeName))
}

function typeOfMember(type: Type | undefined, key: string): { field: Field | undefined; inner: Type | undefined } {
  const field = type?.fields.get(key)
  return { field, inner: field && isType(field.kind) ? typeNamed(field.kind) : undefined }
}

/** Changes and returns the original. */
function mergeObject(original: Members, patch: Members, type: Type | undefined): Members {
  const directive = patch.$patch
  if (directive === 'replace') return strip(patch)
  if (directive === 'delete') return {}
  if (directive !== undefined && directive !== 'merge') throw bad(`unknown patch type ${JSON.stringify(directive)} in map`)
  if (Array.isArray(patch.$retainKeys)) {
    for (const key of Object.keys(original)) if (!patch.$retainKeys.includes(key)) delete original[key]
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue
    if (value === null) {
      delete original[key]
      continue
    }
    const { field, inner } = typeOfMember(type, key)
    const isMap = field?.shape === 'map'
    if (isObject(value)) {
      original[key] =
        isObject(original[key]) || isMap
          ? mergeObject(isObject(original[key]) ? original[key] : {}, value, isMap ? undefined : inner)
          : mergeObject({}, value, inner)
    } else if (Array.isArray(value)) {
      original[key] =
        field?.merge && Array.isArray(original[key] ?? [])
          ? mergeList(original[key] ?? [], value, field, inner, patch[setOrder + key])
          : strip(value)
    } else original[key] = value
  }
  for (const key of Object.keys(patch)) {
    if (key.startsWith(deleteFrom)) {
      const name = key.slice(deleteFrom.length)
      if (Array.isArray(original[name]))
        original[name] = original[name].filter((item: Json) => !patch[key].some((gone: Json) => equalJson(gone, item)))
    } else if (key.startsWith(setOrder)) {
      const name = key.slice(setOrder.length)
      const { field } = typeOfMember(type, name)
      if (Array.isArray(original[name]) && field) original[name] = order(original[name], patch[key], field.mergeKey)
    }
  }
  return original
}

function mergeList(original: Json[], patch: Json[], field: Field, inner: Type | undefined, _order: Json): Json[] {
  const { mergeKey } = field
  if (!mergeKey) {
    const result = [...original]
    for (const item of patch) if (!result.some((known) => equalJson(known, item))) result.push(item)
    return result
  }
  let result = [...original]
  if (patch.some((item) => isObject(item) && item.$patch === 'replace' && item[mergeKey] === undefined)) {
    return patch.filter((item) => !(isObject(item) && item.$patch === 'replace' && item[mergeKey] === undefined)).map(strip)
  }
  for (const item of patch) {
    if (!isObject(item)) throw bad(`expected an object in the list ${field.name}`)
    const value = item[mergeKey]
    if (value === undefined) throw bad(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`)
    if (item.$patch === 'delete') {
      result = result.filter((known) => known[mergeKey] !== value)
      continue
    }
    const index = result.findIndex((known) => known[mergeKey] === value)
    if (index < 0) result.push(mergeObject({}, item, inner))
    else result[index] = mergeObject(result[index], item, inner)
  }
  return result
}

/** The listed ones in that order; those the client did not know of keep their place relative to their neighbours. */
function order(list: Json[], wanted: Json[], mergeKey: string | undefined): Json[] {
  const rank = (item: Json) => wanted.findIndex((w) => (mergeKey ? w?.[mergeKey] === item?.[mergeKey] : equalJson(w, item)))
  const listed = list.filter((item) => rank(item) >= 0).sort((a, b) => rank(a) - rank(b))
  const result: Json[] = []
  let next = 0
  for (const item of list) {
    if (rank(item) < 0) result.push(item)
    else result.push(listed[next++])
  }
  return result
}

/** A copy without patch directives. */
function strip(value: Json): Json {
  if (Array.isArray(value)) return value.filter((item) => !(isObject(item) && item.$patch === 'delete')).map(strip)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, v]) => !key.startsWith('$') && v !== null)
      .map(([key, v]) => [key, strip(v)]),
  )
}
