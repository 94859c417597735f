// The API's types as data: JSON names, protobuf numbers, merge keys. Parsed type by type when first asked for, so that start-up pays nothing.
import { fieldLines } from './fields.generated.ts'
import { gatewayFieldLines } from './gateway-fields.ts'

export interface Field {
  name: string
  /** protobuf field number; 0: JSON only (apiVersion, kind) */
  number: number
  /** string, bool, int32, int64, bytes, time, microtime, quantity, intstr, raw or the name of a type */
  kind: string
  shape: 'one' | 'list' | 'map'
  /** always present in upstream's JSON */
  required: boolean
  /** a pointer in Go: zero is a value of its own there, not the absence of one */
  pointer: boolean
  /** how a strategic merge patch treats it */
  merge: boolean
  retainKeys: boolean
  /** lists of objects are merged by this member; undefined with merge: a set of primitives */
  mergeKey: string | undefined
}
export interface Type {
  name: string
  /** by JSON name, members of embedded types included */
  fields: ReadonlyMap<string, Field>
  /** by protobuf number, embedded types as one field */
  numbers: ReadonlyMap<number, Field & { embedded: boolean }>
}

const types = new Map<string, Type>()
let lines: Map<string, string> | undefined

function lineOf(name: string): string | undefined {
  lines ??= new Map([...fieldLines, ...gatewayFieldLines].map((line) => [line.slice(0, line.indexOf(' ')), line]))
  return lines.get(name)?.slice(name.length + 1)
}

function parseField(key: string, text: string): Field & { embedded: boolean } {
  const [number = '0', word = 'raw', ...flags] = text.split(' ')
  const shape = word.startsWith('[]') ? 'list' : word.startsWith('{}') ? 'map' : 'one'
  const strategy = flags.find((flag) => flag !== '!' && flag !== '*')
  const [how = '', mergeKey] = strategy?.split('=') ?? []
  const ways = how.split(',')
  return {
    name: key.replace(/^~/, ''),
    number: Number(number),
    kind: shape === 'one' ? word : word.slice(2),
    shape,
    required: flags.includes('!'),
    pointer: flags.includes('*'),
    merge: ways.includes('merge'),
    retainKeys: ways.includes('retainKeys'),
    mergeKey,
    embedded: key.startsWith('~'),
  }
}

/** Is it one of the API's struct types (rather than string, time, …)? */
export const isType = (kind: string): boolean => kind.includes('.')

/** The type of that name, e.g. core.v1.PodSpec. Asking for one that does not exist is a bug of ours. */
export function typeNamed(name: string): Type {
  const known = types.get(name)
  if (known) return known
  const text = lineOf(name)
  if (text === undefined) throw new Error(`no type ${name} in the schema`)
  const fields = new Map<string, Field>()
  const numbers = new Map<number, Field & { embedded: boolean }>()
  for (const [key, words] of Object.entries(JSON.parse(text) as Record<string, string>)) {
    const field = parseField(key, words)
    if (field.number > 0) numbers.set(field.number, field)
    if (field.embedded) for (const [inner, value] of typeNamed(field.kind).fields) fields.set(inner, value)
    else fields.set(field.name, field)
  }
  const type = { name, fields, numbers }
  types.set(name, type)
  return type
}

/** All type names, for the OpenAPI documents. */
export const typeNames = (): string[] => fieldLines.map((line) => line.slice(0, line.indexOf(' ')))
