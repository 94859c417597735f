// Reads manifests (YAML, many documents) into objects. Every runtime's apply() uses it; the API server judges what the objects say.
import { parseAllDocuments } from 'yaml'
import { LabError } from '../spec/errors.ts'

/** Every object, Lists unfolded, empty documents left out. Throws LabError bad-request with line and column. */
export function readManifest(yaml: string): unknown[] {
  const documents = parseAllDocuments(yaml)
  if ('empty' in documents) return []
  return documents.flatMap((document) => {
    const [error] = document.errors
    if (error) throw new LabError('bad-request', `The manifest is not valid YAML: ${error.message}`)
    const value: unknown = document.toJS()
    if (value === null || value === undefined) return []
    const { kind, items } = value as { kind?: unknown; items?: unknown }
    return kind === 'List' && Array.isArray(items) ? items : [value]
  })
}
