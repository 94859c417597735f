// HTTPRoute of the Gateway API: which requests of a Gateway go to which Services. Filters are not served.
import { age } from '../durations.ts'
import type { Json } from '../json-value.ts'
import { forbidden, invalidValue, required } from '../metadata.ts'
import { choiceCauses, hostnameCauses, portCauses } from './gateway-conditions.ts'
import { ageColumn, type Cause, nameColumn, type ResourceDefinition } from './resource.ts'

const group = 'gateway.networking.k8s.io'
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']
/** What a rule of a real gateway may have, and none here. */
const unserved = ['filters', 'retry', 'sessionPersistence']

export const httpRoutes: ResourceDefinition = {
  resource: 'httproutes',
  singular: 'httproute',
  kind: 'HTTPRoute',
  group,
  version: 'v1',
  namespaced: true,
  categories: ['gateway-api'],
  type: 'gateway.v1.HTTPRoute',
  status: true,
  generation: ['spec'],
  defaults(object) {
    object.spec ??= {}
    const { spec } = object
    for (const parent of spec.parentRefs ?? []) {
      parent.group ??= group
      parent.kind ??= 'Gateway'
    }
    spec.rules ??= [{}]
    for (const rule of spec.rules) {
      rule.matches ??= [{ path: { type: 'PathPrefix', value: '/' } }]
      for (const match of rule.matches) {
        match.path ??= {}
        match.path.type ??= 'PathPrefix'
        match.path.value ??= '/'
        for (const each of [...(match.headers ?? []), ...(match.queryParams ?? [])]) each.type ??= 'Exact'
      }
      for (const backend of rule.backendRefs ?? []) {
        backend.group ??= ''
        backend.kind ??= 'Service'
        backend.weight ??= 1
      }
    }
  },
  validate({ spec }) {
    const causes: Cause[] = []
    for (const [i, parent] of (spec.parentRefs ?? []).entries()) if (!parent.name) causes.push(required(`spec.parentRefs[${i}].name`))
    for (const [i, name] of (spec.hostnames ?? []).entries()) causes.push(...hostnameCauses(`spec.hostnames[${i}]`, name))
    for (const [i, rule] of spec.rules.entries()) causes.push(...checkRule(rule, `spec.rules[${i}]`))
    return causes
  },
  columns: [nameColumn, { name: 'Hostnames', description: 'Hostnames that a request must be for.' }, ageColumn],
  row: (o, now) => [o.metadata.name, o.spec.hostnames ? JSON.stringify(o.spec.hostnames) : '', age(o.metadata.creationTimestamp, now)],
}

function checkRule(rule: Json, at: string): Cause[] {
  const causes: Cause[] = []
  for (const field of unserved)
    if (rule[field] !== undefined) causes.push(forbidden(`${at}.${field}`, "this lab's gateway does not have it; leave it out"))
  for (const [i, match] of rule.matches.entries()) {
    const where = `${at}.matches[${i}]`
    causes.push(...choiceCauses(`${where}.path.type`, match.path.type, ['Exact', 'PathPrefix', 'RegularExpression']))
    if (match.path.type !== 'RegularExpression' && !match.path.value.startsWith('/'))
      causes.push(invalidValue(`${where}.path`, match.path.value, "value must be an absolute path and start with '/'"))
    if (match.method !== undefined) causes.push(...choiceCauses(`${where}.method`, match.method, methods))
    for (const list of ['headers', 'queryParams'])
      for (const [n, each] of (match[list] ?? []).entries()) {
        causes.push(...choiceCauses(`${where}.${list}[${n}].type`, each.type, ['Exact', 'RegularExpression']))
        for (const field of ['name', 'value']) if (!each[field]) causes.push(required(`${where}.${list}[${n}].${field}`))
      }
  }
  for (const [i, backend] of (rule.backendRefs ?? []).entries()) {
    const where = `${at}.backendRefs[${i}]`
    if (!backend.name) causes.push(required(`${where}.name`))
    if (backend.kind === 'Service') causes.push(...portCauses(`${where}.port`, backend.port))
    if (backend.weight < 0 || backend.weight > 1_000_000)
      causes.push(invalidValue(`${where}.weight`, backend.weight, 'must be between 0 and 1000000'))
    if (backend.filters !== undefined) causes.push(forbidden(`${where}.filters`, "this lab's gateway does not have it; leave it out"))
  }
  return [...causes, ...checkTimeouts(rule.timeouts ?? {}, `${at}.timeouts`)]
}

const duration = /^([0-9]{1,5}(h|m|s|ms)){1,4}$/
const unitMs: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 }
/** A duration of the Gateway API (GEP-2257), such as 1m30s. */
export const durationMs = (text: string): number =>
  [...text.matchAll(/(\d+)(ms|h|m|s)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ''] ?? 0), 0)

function checkTimeouts(timeouts: Json, at: string): Cause[] {
  const causes = ['request', 'backendRequest'].flatMap((field) =>
    timeouts[field] === undefined || duration.test(timeouts[field])
      ? []
      : [invalidValue(`${at}.${field}`, timeouts[field], `should match '${duration.source}'`)],
  )
  if (causes.length || !timeouts.request || !timeouts.backendRequest) return causes
  const request = durationMs(timeouts.request)
  return request > 0 && durationMs(timeouts.backendRequest) > request
    ? [invalidValue(at, timeouts, 'backendRequest timeout cannot be longer than request timeout')]
    : []
}
