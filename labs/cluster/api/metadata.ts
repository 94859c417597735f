// Checks of metadata common to all kinds, and the 422 that carries causes. Used by the store for every write.
import { equalJson, type Json } from './json-value.ts'
import type { Cause, ResourceDefinition } from './resources/resource.ts'
import { ApiError, type KubeObject } from './store.ts'

export const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
export const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
export const label1035Rule =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
const labelValueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const qualifiedNameRule =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const label1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/
const namePart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/

/** A value as upstream's field errors quote it. */
export function quote(value: Json): string {
  return typeof value === 'string' || (typeof value === 'object' && value !== null) ? JSON.stringify(value) : String(value)
}
export const invalidValue = (field: string, value: Json, why: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${quote(value)}: ${why}`,
  field,
})
export const required = (field: string, why = ''): Cause => ({
  reason: 'FieldValueRequired',
  message: why ? `Required value: ${why}` : 'Required value',
  field,
})
export const forbidden = (field: string, why: string): Cause => ({ reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field })
export const duplicate = (field: string, value: Json): Cause => ({
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${quote(value)}`,
  field,
})
export const notFoundValue = (field: string, value: Json): Cause => ({
  reason: 'FieldValueNotFound',
  message: `Not found: ${quote(value)}`,
  field,
})
export const notSupported = (field: string, value: Json, allowed: readonly string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${quote(value)}: supported values: ${allowed.map(quote).join(', ')}`,
  field,
})
export const immutable = (field: string, value: Json): Cause => invalidValue(field, value, 'field is immutable')

/** The 422 as upstream words it: `Service "x" is invalid: spec.ports: Required value`. */
export function invalid(d: Pick<ResourceDefinition, 'kind' | 'group'>, name: string, causes: Cause[]): ApiError {
  const lines = causes.map((c) => `${c.field}: ${c.message}`)
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`
  const kind = d.group ? `${d.kind}.${d.group}` : d.kind
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${text}`, { name, group: d.group, kind: d.kind, causes })
}

/** Is the text a DNS name of that kind? Returns upstream's complaints. */
export function dnsProblems(text: string, kind: 'subdomain' | 'label' | 'label1035'): string[] {
  const problems: string[] = []
  const most = kind === 'subdomain' ? 253 : 63
  if (text.length > most) problems.push(`must be no more than ${most} bytes`)
  const rule = kind === 'subdomain' ? subdomain : kind === 'label' ? label : label1035
  if (!rule.test(text)) problems.push(kind === 'subdomain' ? subdomainRule : kind === 'label' ? labelRule : label1035Rule)
  return problems
}

/** Complaints about a label or annotation key. */
export function qualifiedNameProblems(key: string): string[] {
  const parts = key.split('/')
  const name = parts.at(-1) ?? ''
  if (parts.length > 2) {
    return [
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ]
  }
  const problems: string[] = []
  if (parts.length === 2) {
    if (parts[0] === '') problems.push('prefix part must be non-empty')
    else problems.push(...dnsProblems(parts[0] as string, 'subdomain').map((p) => `prefix part ${p}`))
  }
  if (name === '') problems.push('name part must be non-empty')
  else if (name.length > 63) problems.push('name part must be no more than 63 bytes')
  if (!namePart.test(name)) problems.push(qualifiedNameRule)
  return problems
}

export function labelValueProblems(value: string): string[] {
  const problems: string[] = []
  if (value.length > 63) problems.push('must be no more than 63 bytes')
  if (!labelValue.test(value)) problems.push(labelValueRule)
  return problems
}

/** Labels in a selector, a template or metadata. */
export function checkLabels(labels: Record<string, string> | undefined, field: string): Cause[] {
  const causes: Cause[] = []
  for (const [key, value] of Object.entries(labels ?? {})) {
    causes.push(...qualifiedNameProblems(key).map((p) => invalidValue(field, key, p)))
    causes.push(...labelValueProblems(value).map((p) => invalidValue(field, value, p)))
  }
  return causes
}

/** metadata of any object; `old` when it is an update. */
export function checkMetadata(d: ResourceDefinition, object: KubeObject, old?: KubeObject): Cause[] {
  const { metadata } = object
  const causes: Cause[] = []
  if (old) {
    // What an object got past an older rule may stay: only changed labels are checked again.
    if (!equalJson(metadata.labels, old.metadata.labels)) causes.push(...checkLabels(metadata.labels, 'metadata.labels'))
    return causes
  }
  if (!metadata.name) causes.push(required('metadata.name', 'name or generateName is required'))
  else causes.push(...dnsProblems(metadata.name, d.nameIs ?? 'subdomain').map((p) => invalidValue('metadata.name', metadata.name, p)))
  causes.push(...checkLabels(metadata.labels, 'metadata.labels'))
  for (const key of Object.keys(metadata.annotations ?? {})) {
    causes.push(...qualifiedNameProblems(key.toLowerCase()).map((p) => invalidValue('metadata.annotations', key, p)))
  }
  return causes
}
