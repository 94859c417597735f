// OpenAPI schemas of our custom resources, from their fields: what `kubectl explain httproute.spec` reads. Without upstream's descriptions.
import type { Json } from '../json-value.ts'
import { gatewayFieldLines } from './gateway-fields.ts'
import { type Field, isType, typeNamed } from './schema.ts'

const prefix = 'io.k8s.api.gateway.v1.'
const meta = 'io.k8s.apimachinery.pkg.apis.'
const scalars: Record<string, Json> = {
  string: { type: 'string' },
  int32: { type: 'integer', format: 'int32' },
  raw: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
}
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` })

function fieldSchema({ kind, shape }: Field): Json {
  const one = isType(kind) ? reference(kind.startsWith('meta.') ? meta + kind : `io.k8s.api.${kind}`) : scalars[kind]
  return shape === 'list' ? { type: 'array', items: one } : one
}

/** The schema of that name as text; undefined when it is none of ours. */
export function customSchema(name: string): string | undefined {
  if (!name.startsWith(prefix)) return undefined
  const kind = name.slice(prefix.length)
  const listed = /^(GatewayClass|Gateway|HTTPRoute)(List)?$/.exec(kind)
  const gvk = listed ? { 'x-kubernetes-group-version-kind': [{ group: 'gateway.networking.k8s.io', kind, version: 'v1' }] } : {}
  if (listed?.[2]) {
    const items = { type: 'array', items: reference(prefix + listed[1]) }
    const properties = { ...{ apiVersion: scalars.string, kind: scalars.string }, items, metadata: reference(`${meta}meta.v1.ListMeta`) }
    return JSON.stringify({ type: 'object', properties, required: ['items'], ...gvk })
  }
  if (!gatewayFieldLines.some((line) => line.startsWith(`gateway.v1.${kind} `))) return undefined
  const fields = [...typeNamed(`gateway.v1.${kind}`).fields.values()]
  const properties = Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)]))
  return JSON.stringify({ type: 'object', properties, ...gvk })
}
