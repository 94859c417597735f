// Turns zod's issues into problems with a place, plain words and a mend. Called by scenario-catalogue.ts.
import type { z } from 'zod'
import { nearest, type Problem } from './problem.ts'
import { type FieldPath, formatPath, type YamlFile } from './yaml-file.ts'

type Issue = z.core.$ZodIssue
type Schema = z.core.$ZodType

/** The schemas that may stand where `schema` stands: unions opened, defaults and optionals taken off. */
function alternatives(schema: Schema): Schema[] {
  const { def } = schema._zod
  if (def.type === 'union') return (def as z.core.$ZodUnionDef).options.flatMap((option) => alternatives(option))
  if (def.type === 'default' || def.type === 'optional' || def.type === 'nullable')
    return alternatives((def as z.core.$ZodOptionalDef).innerType)
  return [schema]
}

/** The schemas a path of a document may lead to. */
function schemasAt(schema: Schema, path: FieldPath): Schema[] {
  let current = alternatives(schema)
  for (const step of path) {
    current = current.flatMap((candidate) => {
      const { def } = candidate._zod
      if (def.type === 'object') {
        const field = (def as z.core.$ZodObjectDef).shape[String(step)]
        return field ? alternatives(field) : []
      }
      if (def.type === 'array') return alternatives((def as z.core.$ZodArrayDef).element)
      if (def.type === 'record') return alternatives((def as z.core.$ZodRecordDef).valueType)
      return []
    })
  }
  return current
}

const keysOf = (schema: Schema): string[] =>
  schema._zod.def.type === 'object' ? Object.keys((schema._zod.def as z.core.$ZodObjectDef).shape) : []

function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'an empty value'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  return `the ${typeof value} ${JSON.stringify(value)}`
}
const typeNames: Record<string, string> = {
  object: 'a map',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  record: 'a map',
}

function valueAt(document: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown> | undefined | null)?.[step], document)
}

/** Of a union's readings, the one its author meant: the one with the fewest keys missing or unknown. */
function likeliest(errors: readonly Issue[][]): { issues: Issue[]; tied: boolean } {
  const weight = (issues: readonly Issue[]) =>
    issues.reduce(
      (sum, issue) =>
        sum +
        (issue.code === 'unrecognized_keys' ? 2 * issue.keys.length : issue.code === 'invalid_type' && issue.path.length === 1 ? 2 : 1),
      0,
    )
  const sorted = [...errors].sort((a, b) => weight(a) - weight(b))
  const [first, second] = sorted
  return { issues: first ?? [], tied: first !== undefined && second !== undefined && weight(first) === weight(second) }
}

/** The problems of one document. `root` is the schema that rejected it; it tells which keys would have been known. */
export function schemaProblems(file: YamlFile, root: Schema, issues: readonly Issue[], base: FieldPath = []): Problem[] {
  return issues.flatMap((issue) => problemsOf(file, root, issue, base))
}

function problemsOf(file: YamlFile, root: Schema, issue: Issue, base: FieldPath): Problem[] {
  const path = [...base, ...issue.path]
  const at = (where: FieldPath, message: string, mend?: string, part: 'key' | 'value' = 'value'): Problem => ({
    file: file.name,
    ...file.positionOf(where, part),
    path: formatPath(where) || '(top)',
    message,
    ...(mend ? { mend } : {}),
  })
  if (issue.code === 'unrecognized_keys') {
    const known = schemasAt(root, path).flatMap(keysOf)
    return issue.keys.map((key) => {
      const near = nearest(key, known)
      return at(
        [...path, key],
        `unknown key "${key}"`,
        near ? `Did you mean "${near}"?` : `Known here: ${[...new Set(known)].join(', ')}.`,
        'key',
      )
    })
  }
  if (issue.code === 'invalid_union') {
    const known = new Set(schemasAt(root, path).flatMap(keysOf))
    const value = valueAt(file.value, path)
    if (value && typeof value === 'object' && !Array.isArray(value)) {
      const strange = Object.keys(value).filter((key) => !known.has(key))
      if (strange.length > 0)
        return problemsOf(file, root, { code: 'unrecognized_keys', keys: strange, path: [...issue.path], message: '' } as Issue, base)
      const { issues, tied } = likeliest(issue.errors as Issue[][])
      if (!tied) return schemaProblems(file, root, issues, path)
      return [at(path, 'it is not clear what this is', `Known here: ${[...known].join(', ')}.`)]
    }
    return [at(path, `expected a map, found ${nameOf(value)}`)]
  }
  const value = valueAt(file.value, path)
  if (issue.code === 'invalid_type') {
    const wanted = typeNames[issue.expected] ?? issue.expected
    if (value === undefined)
      return [at(path.slice(0, -1), `the key "${String(path.at(-1))}" is missing`, `Add ${String(path.at(-1))}: ${wanted}.`)]
    return [at(path, `expected ${wanted}, found ${nameOf(value)}`)]
  }
  if (issue.code === 'invalid_value') {
    const words = issue.values.map(String)
    const near = typeof value === 'string' ? nearest(value, words) : undefined
    if (value === undefined) return [at(path.slice(0, -1), `the key "${String(path.at(-1))}" is missing`, `Use ${words.join(', ')}.`)]
    return [at(path, `${nameOf(value)} is not known here`, near ? `Did you mean "${near}"?` : `Use ${words.join(', ')}.`)]
  }
  return [at(path, issue.message.charAt(0).toLowerCase() + issue.message.slice(1))]
}
