// Finds unknown fields and wrong types in objects clients send; unknown ones are dropped, as upstream's decoder does. Used for every write over HTTP.
import type { Json } from '../json-value.ts'
import { canonicalQuantity } from '../quantities.ts'
import { ApiError } from '../store.ts'
import { type Field, isType, type Type, typeNamed } from './schema.ts'

const quantityRule = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

/** Go's names for JSON values, as encoding/json's errors use them. */
const jsonKind = (value: Json): string => (Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value)
const goType: Record<string, string> = { string: 'string', bool: 'bool', int32: 'int32', int64: 'int64', bytes: '[]uint8', time: 'v1.Time' }

/** Removes unknown fields from the object in place and returns their paths (`spec.foo`, `spec.ports[0].bar`). Throws TypeMismatch. */
export function pruneUnknownFields(object: Json, typeName: string): string[] {
  const unknown: string[] = []
  walk(object, typeNamed(typeName), '', unknown)
  return unknown
}

/** A value of the wrong JSON type. `message` is encoding/json's sentence. */
export class TypeMismatch extends Error {}

function walk(object: Json, type: Type, path: string, unknown: string[]): void {
  for (const key of Object.keys(object)) {
    const at = path ? `${path}.${key}` : key
    const field = type.fields.get(key)
    if (!field) {
      unknown.push(at)
      delete object[key]
      continue
    }
    const value = object[key]
    if (value === null) {
      // null is "not set"; upstream's decoder leaves the zero value.
      delete object[key]
      continue
    }
    checkField(value, field, type, at, unknown)
  }
}

function mismatch(value: Json, type: Type, at: string, wanted: string): TypeMismatch {
  const short = type.name.split('.').pop() ?? ''
  const plain = at.replace(/\[\d+\]/g, '')
  return new TypeMismatch(`json: cannot unmarshal ${jsonKind(value)} into Go struct field ${short}.${plain} of type ${wanted}`)
}

function checkField(value: Json, field: Field, owner: Type, at: string, unknown: string[]): void {
  const name = goName(field.kind)
  if (field.shape === 'list') {
    if (!Array.isArray(value)) throw mismatch(value, owner, at, `[]${name}`)
    for (const [i, item] of value.entries()) checkOne(item, field.kind, owner, `${at}[${i}]`, unknown)
  } else if (field.shape === 'map') {
    if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(value, owner, at, `map[string]${name}`)
    for (const [key, item] of Object.entries(value)) checkOne(item, field.kind, owner, `${at}.${key}`, unknown)
  } else checkOne(value, field.kind, owner, at, unknown)
}

const goName = (kind: string): string => {
  if (!isType(kind)) return goType[kind] ?? kind
  const [, version, name] = kind.split('.')
  return `${version}.${name}`
}

function checkOne(value: Json, kind: string, owner: Type, at: string, unknown: string[]): void {
  if (value === null) return
  if (isType(kind)) {
    if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(value, owner, at, goName(kind))
    walk(value, typeNamed(kind), at, unknown)
    return
  }
  const fine =
    kind === 'string' || kind === 'bytes' || kind === 'time' || kind === 'microtime'
      ? typeof value === 'string'
      : kind === 'bool'
        ? typeof value === 'boolean'
        : kind === 'int32' || kind === 'int64'
          ? Number.isSafeInteger(value)
          : kind === 'intstr' || kind === 'quantity'
            ? typeof value === 'string' || typeof value === 'number'
            : true
  if (kind === 'quantity' && fine && canonicalQuantity(value) === undefined) throw new TypeMismatch(quantityRule)
  if (!fine) throw mismatch(value, owner, at, goName(kind))
}

/** Applies fieldValidation to what was found: Strict refuses, Warn returns warnings, Ignore is silent. */
export function judgeUnknownFields(unknown: string[], mode: string, kind: string, version: string): string[] {
  if (unknown.length === 0 || mode === 'Ignore') return []
  const words = unknown.map((path) => `unknown field "${path}"`)
  if (mode === 'Strict') {
    throw new ApiError(
      400,
      'BadRequest',
      `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${words.join(', ')}`,
    )
  }
  return words
}
