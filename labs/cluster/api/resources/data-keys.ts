// Keys of ConfigMap and Secret data. Used by both kinds.
import { invalidValue } from '../metadata.ts'
import type { Cause } from './resource.ts'

const rule =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

/** Complaints about keys that could not be file names. */
export function checkDataKeys(data: Record<string, string> | undefined, field: string): Cause[] {
  const causes: Cause[] = []
  for (const key of Object.keys(data ?? {})) {
    if (key.length > 253) causes.push(invalidValue(`${field}[${key}]`, key, 'must be no more than 253 bytes'))
    if (!/^[-._a-zA-Z0-9]+$/.test(key)) causes.push(invalidValue(`${field}[${key}]`, key, rule))
    else if (key === '.' || key === '..') causes.push(invalidValue(`${field}[${key}]`, key, `must not be '${key}'`))
    else if (key.startsWith('..')) causes.push(invalidValue(`${field}[${key}]`, key, "must not start with '..'"))
  }
  return causes
}
