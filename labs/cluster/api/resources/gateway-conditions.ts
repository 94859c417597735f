// What the kinds of the Gateway API share: the conditions that their CRDs begin with, and the checks of names and durations.
import type { Json } from '../json-value.ts'
import { invalidValue, notSupported } from '../metadata.ts'
import type { KubeObject } from '../store.ts'
import type { Cause } from './resource.ts'

/** As the CRDs default them: until a controller comes. */
export const pendingConditions = (...types: string[]): Json =>
  types.map((type) => ({
    type,
    status: 'Unknown',
    reason: 'Pending',
    message: 'Waiting for controller',
    lastTransitionTime: '1970-01-01T00:00:00Z',
  }))

export const conditionCell = (object: KubeObject, type: string): string =>
  (object.status?.conditions ?? []).find((condition: Json) => condition.type === type)?.status ?? ''

const hostname = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
export const hostnameCauses = (field: string, value: unknown): Cause[] =>
  hostname.test(String(value)) && !/^[\d.]+$/.test(String(value))
    ? []
    : [invalidValue(field, value as Json, `must match ${hostname.source}, and be no address`)]

export const portCauses = (field: string, value: unknown): Cause[] =>
  typeof value === 'number' && value >= 1 && value <= 65535
    ? []
    : [invalidValue(field, (value ?? null) as Json, 'must be between 1 and 65535')]

export const choiceCauses = (field: string, value: unknown, allowed: readonly string[]): Cause[] =>
  allowed.includes(String(value)) ? [] : [notSupported(field, (value ?? '') as Json, allowed)]
