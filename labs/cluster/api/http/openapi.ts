// OpenAPI v3 documents: what apply, create and edit look for (is there fieldValidation?) and what `kubectl explain` reads. Built when first asked for.
import { createHash } from 'node:crypto'
import type { Json } from '../json-value.ts'
import type { ResourceDefinition } from '../resources/resource.ts'
import { docLines } from '../schema/docs.generated.ts'
import { type Field, isType, typeNamed } from '../schema/schema.ts'
import { groups, kindsOfGroup } from './discovery.ts'

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'
const simple: Record<string, Json> = {
  string: { type: 'string', default: '' },
  bool: { type: 'boolean', default: false },
  int32: { type: 'integer', format: 'int32', default: 0 },
  int64: { type: 'integer', format: 'int64', default: 0 },
  bytes: { type: 'string', format: 'byte' },
  raw: { type: 'object' },
}
/** Types that are structs in Go and scalars in JSON. */
const scalars: Record<string, { name: string; schema: Json }> = {
  time: {
    name: `${meta}.Time`,
    schema: {
      type: 'string',
      format: 'date-time',
      description:
        'Time is a wrapper around time.Time which supports correct marshaling to YAML and JSON.  Wrappers are provided for many of the factory methods that the time package offers.',
    },
  },
  microtime: {
    name: `${meta}.MicroTime`,
    schema: { type: 'string', format: 'date-time', description: 'MicroTime is version of Time with microsecond level precision.' },
  },
  quantity: {
    name: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
    schema: { oneOf: [{ type: 'string' }, { type: 'number' }], description: 'Quantity is a fixed-point representation of a number.' },
  },
  intstr: {
    name: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
    schema: {
      oneOf: [{ type: 'integer' }, { type: 'string' }],
      format: 'int-or-string',
      description: 'IntOrString is a type that can hold an int32 or a string.',
    },
  },
}

const docs = new Map<string, string>()
function docsOf(type: string): Record<string, string> {
  if (docs.size === 0) for (const line of docLines) docs.set(line.slice(0, line.indexOf(' ')), line)
  const line = docs.get(type)
  return line ? JSON.parse(line.slice(type.length + 1)) : {}
}

const schemaName = (type: string): string => (type.startsWith('meta.') ? `${meta}.${type.split('.')[2]}` : `io.k8s.api.${type}`)
const reference = (name: string) => `#/components/schemas/${name}`

/** Collects the schemas a type reaches. */
function collect(type: string, into: Record<string, Json>): void {
  const name = schemaName(type)
  if (into[name]) return
  const text = describedBy(type)
  const properties: Record<string, Json> = {}
  const required: string[] = []
  into[name] = { type: 'object', ...(text[''] ? { description: text[''] } : {}), properties }
  for (const [key, field] of typeNamed(type).fields) {
    properties[key] = property(field, text[key] ?? '', into)
    if (field.required) required.push(key)
  }
  if (required.length > 0) into[name].required = required.sort()
}

/** Descriptions of a type, those of embedded types included. */
function describedBy(type: string): Record<string, string> {
  let all = { ...docsOf(type) }
  for (const field of typeNamed(type).numbers.values()) if (field.embedded) all = { ...describedBy(field.kind), ...all }
  return all
}

function element(field: Field, into: Record<string, Json>): Json {
  if (isType(field.kind)) {
    collect(field.kind, into)
    return { allOf: [{ $ref: reference(schemaName(field.kind)) }], default: {} }
  }
  const scalar = scalars[field.kind]
  if (scalar) {
    into[scalar.name] = scalar.schema
    return { allOf: [{ $ref: reference(scalar.name) }] }
  }
  return { ...simple[field.kind] }
}

function property(field: Field, description: string, into: Record<string, Json>): Json {
  const one = element(field, into)
  const words = description ? { description } : {}
  if (field.shape === 'map') return { type: 'object', ...words, additionalProperties: one }
  if (field.shape === 'list') {
    const merge = field.merge
      ? {
          'x-kubernetes-patch-strategy': field.retainKeys ? 'merge,retainKeys' : 'merge',
          ...(field.mergeKey ? { 'x-kubernetes-patch-merge-key': field.mergeKey } : {}),
        }
      : {}
    return { type: 'array', ...words, items: one, ...merge }
  }
  if (field.pointer) delete one.default
  return { ...words, ...one }
}

const fieldValidation = { name: 'fieldValidation', in: 'query', schema: { type: 'string', uniqueItems: true } }
const dryRun = { name: 'dryRun', in: 'query', schema: { type: 'string', uniqueItems: true } }

function pathsOf(d: ResourceDefinition): Record<string, Json> {
  const root = `${d.group ? `/apis/${d.group}` : '/api'}/${d.version}${d.namespaced ? '/namespaces/{namespace}' : ''}/${d.resource}`
  const gvk = { group: d.group, version: d.version, kind: d.kind }
  const operation = (action: string, parameters: Json[] = []) => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
    parameters,
    responses: { 200: { description: 'OK' } },
  })
  const writes = [dryRun, fieldValidation]
  return {
    [root]: { get: operation('list'), post: operation('post', writes), delete: operation('deletecollection', [dryRun]) },
    [`${root}/{name}`]: {
      get: operation('get'),
      put: operation('put', writes),
      patch: operation('patch', writes),
      delete: operation('delete', [dryRun]),
    },
  }
}

function documentOf(group: string): Json {
  const schemas: Record<string, Json> = {}
  const paths: Record<string, Json> = {}
  for (const d of kindsOfGroup(group)) {
    collect(d.type, schemas)
    const gvk = { group: d.group, version: d.version, kind: d.kind }
    const name = schemaName(d.type)
    schemas[name]['x-kubernetes-group-version-kind'] = [gvk]
    schemas[`${name}List`] = {
      type: 'object',
      description: `${d.kind}List is a list of ${d.kind} objects.`,
      properties: {
        apiVersion: simple.string,
        kind: simple.string,
        items: { type: 'array', items: { allOf: [{ $ref: reference(name) }], default: {} } },
        metadata: { type: 'object' },
      },
      required: ['items'],
      'x-kubernetes-group-version-kind': [{ ...gvk, kind: `${d.kind}List` }],
    }
    Object.assign(paths, pathsOf(d))
  }
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'v1.37.1' }, paths, components: { schemas } }
}

const texts = new Map<string, { text: string; hash: string }>()
/** The document of a group as text, and a hash of it for clients' caches. */
function textOf(group: string): { text: string; hash: string } {
  const known = texts.get(group)
  if (known) return known
  const text = JSON.stringify(documentOf(group))
  const entry = { text, hash: createHash('sha256').update(text).digest('hex').slice(0, 32).toUpperCase() }
  texts.set(group, entry)
  return entry
}

const pathOf = (group: string): string => (group ? `apis/${group}/v1` : 'api/v1')
const withKinds = (): string[] => groups.filter((group) => kindsOfGroup(group).length > 0)

/** undefined: not an OpenAPI path. */
export function openApi(path: string): { contentType: string; body: string } | undefined {
  if (path === '/openapi/v3') {
    const paths = Object.fromEntries(
      withKinds().map((group) => [pathOf(group), { serverRelativeURL: `/openapi/v3/${pathOf(group)}?hash=${textOf(group).hash}` }]),
    )
    return { contentType: 'application/json', body: JSON.stringify({ paths }) }
  }
  const group = withKinds().find((g) => path === `/openapi/v3/${pathOf(g)}`)
  return group === undefined ? undefined : { contentType: 'application/json', body: textOf(group).text }
}
