// OpenAPI v3 documents: what apply, create and edit look for (is there fieldValidation?) and what `kubectl explain` reads. Built when first asked for.
import { createHash } from 'node:crypto'
import type { Json } from '../json-value.ts'
import type { ResourceDefinition } from '../resources/resource.ts'
import { customSchema } from '../schema/custom-openapi.ts'
import { schemaLines } from '../schema/openapi.generated.ts'
import { groups, kindsOfGroup } from './discovery.ts'

const reference = /"#\/components\/schemas\/([^"]+)"/g
let lines: Map<string, string> | undefined

/** Adds a schema and all it refers to. */
function collect(name: string, into: Record<string, Json>): void {
  if (into[name]) return
  lines ??= new Map(schemaLines.map((line) => [line.slice(0, line.indexOf(' ')), line]))
  const text = lines.get(name)?.slice(name.length + 1) ?? customSchema(name)
  if (text === undefined) throw new Error(`no OpenAPI schema ${name}`)
  into[name] = JSON.parse(text)
  for (const [, next] of text.matchAll(reference)) collect(next as string, into)
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
    for (const suffix of ['', 'List']) collect(`io.k8s.api.${d.type}${suffix}`, schemas)
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
