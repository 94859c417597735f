// Values as Go's %+v prints them; upstream quotes patches that way in its errors.
import type { Json } from '../json-value.ts'

export function goText(value: Json): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (typeof value === 'object') {
    const members = Object.keys(value)
      .sort()
      .map((key) => `${key}:${goText(value[key])}`)
    return `map[${members.join(' ')}]`
  }
  return String(value)
}
