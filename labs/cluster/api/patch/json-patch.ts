// JSON patch (RFC 6902): `kubectl patch --type=json`.
import { cloneJson, equalJson, type Json } from '../json-value.ts'
import { ApiError } from '../store.ts'

interface Operation {
  op: string
  path: string
  from?: string
  value?: Json
}

/** Upstream tells clients only this; which operation failed, and why, is the cause. */
function invalid(why: string): ApiError {
  return Object.assign(new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request'), { cause: why })
}
const decodeToken = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~')

/** A new document, or ApiError Invalid that names the operation which failed. */
export function applyJsonPatch(original: Json, patch: Json): Json {
  if (!Array.isArray(patch)) throw new ApiError(400, 'BadRequest', 'json: cannot unmarshal object into Go value of type jsonpatch.Patch')
  let document = cloneJson(original)
  for (const operation of patch as Operation[]) document = applyOperation(document, operation)
  return document
}

function applyOperation(document: Json, { op, path, from, value }: Operation): Json {
  if (typeof path !== 'string') throw invalid('operation has no path')
  switch (op) {
    case 'add':
      return add(document, path, cloneJson(value))
    case 'remove':
      return remove(document, path)
    case 'replace':
      if (path !== '') read(document, path, 'replace operation does not apply: doc is missing key')
      return path === '' ? cloneJson(value) : set(document, path, cloneJson(value))
    case 'move': {
      const moved = read(document, from ?? '', 'move operation does not apply: doc is missing from path')
      return add(remove(document, from ?? ''), path, moved)
    }
    case 'copy':
      return add(document, path, cloneJson(read(document, from ?? '', 'copy operation does not apply: doc is missing from path')))
    case 'test':
      if (!equalJson(read(document, path, 'test operation for path does not apply'), value)) throw invalid(`testing value ${path} failed`)
      return document
    default:
      throw invalid(`Unexpected kind: ${op}`)
  }
}

function parentOf(document: Json, path: string, what: string): { parent: Json; key: string } {
  if (!path.startsWith('/')) throw invalid(`${what}: ${path}`)
  const tokens = path.slice(1).split('/').map(decodeToken)
  const key = tokens.pop() as string
  let parent = document
  for (const token of tokens) {
    parent = parent?.[token]
    if (parent === null || typeof parent !== 'object') throw invalid(`${what}: ${path}: missing value`)
  }
  return { parent, key }
}

function read(document: Json, path: string, what: string): Json {
  if (path === '') return document
  const { parent, key } = parentOf(document, path, what)
  if (parent === null || typeof parent !== 'object' || parent[key] === undefined) throw invalid(`${what}: ${path}: missing value`)
  return parent[key]
}

function set(document: Json, path: string, value: Json): Json {
  const { parent, key } = parentOf(document, path, 'replace operation does not apply')
  parent[key] = value
  return document
}

function add(document: Json, path: string, value: Json): Json {
  if (path === '') return value
  const { parent, key } = parentOf(document, path, 'add operation does not apply: doc is missing path')
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : Number(key)
    if (!Number.isInteger(index) || index < 0 || index > parent.length)
      throw invalid(`Unable to access invalid index: ${key}: invalid index referenced`)
    parent.splice(index, 0, value)
  } else parent[key] = value
  return document
}

function remove(document: Json, path: string): Json {
  read(document, path, 'remove operation does not apply: doc is missing path')
  const { parent, key } = parentOf(document, path, 'remove operation does not apply')
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else delete parent[key]
  return document
}
