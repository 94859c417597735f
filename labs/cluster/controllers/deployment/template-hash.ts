// The pod-template-hash label: ten letters or fewer that stand for a pod template. Pure.
import type { Json } from '../../api/json-value.ts'

const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** JSON with sorted members, so that equal templates give equal text. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`
}

function fnv32a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}

/** Upstream's look: the FNV-32a hash in decimal, each digit written with the safe alphabet. `collisions` is status.collisionCount. */
export const templateHash = (template: Json, collisions = 0): string =>
  [...String(fnv32a(canonical(template) + (collisions ? String(collisions) : '')))]
    .map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length])
    .join('')
