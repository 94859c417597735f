// JSON merge patch (RFC 7386): `kubectl label|annotate|scale` and `patch --type=merge`.
import { cloneJson, type Json } from '../json-value.ts'

/** A new value: members of the patch replace, null removes, all else stays. */
export function applyMergePatch(original: Json, patch: Json): Json {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return cloneJson(patch)
  const isObject = original !== null && typeof original === 'object' && !Array.isArray(original)
  const result: Record<string, Json> = isObject ? { ...original } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = applyMergePatch(result[key], value)
  }
  return cloneJson(result)
}
