// One YAML document with the place of every field, so that an error can say line and column. Used by scenario-catalogue.ts.
import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, parseDocument, visit } from 'yaml'
import type { Problem } from './problem.ts'

export type FieldPath = readonly PropertyKey[]

export interface YamlFile {
  name: string
  value: unknown
  /** syntax errors and duplicate keys */
  problems: Problem[]
  /** The place of a field; of its nearest parent when it is missing. `key` asks for the place of the key instead of its value. */
  positionOf(path: FieldPath, part?: 'key' | 'value'): { line: number; column: number }
}

/** checks[0].http.status */
export function formatPath(path: FieldPath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`)).join('')
}

/** Parses YAML 1.2; anything that is not one plain document (aliases, tags, a second document) is a problem. */
export function parseYamlFile(name: string, source: string): YamlFile {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true, prettyErrors: false })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const problems = [...document.errors, ...document.warnings].map(({ code, pos, message }): Problem => {
    const several = code === 'MULTIPLE_DOCS'
    return {
      file: name,
      ...at(pos[0]),
      ...(several ? { message: 'a second document', mend: 'Take --- and what follows away.' } : { message }),
    }
  })
  visit(document, {
    Alias(_, { source, range }) {
      problems.push({
        file: name,
        ...at(range?.[0] ?? 0),
        message: `the alias *${source}`,
        mend: 'Write the value out: aliases are not read.',
      })
    },
  })
  return {
    name,
    value: problems.length === 0 ? document.toJS({ maxAliasCount: 0 }) : undefined,
    problems,
    positionOf(path, part = 'value') {
      let node: unknown = document.contents
      let offset = (document.contents as Node | null)?.range?.[0] ?? 0
      for (const [index, step] of path.entries()) {
        const last = index === path.length - 1
        if (isMap(node)) {
          const pair = node.items.find((item) => (isScalar(item.key) ? String(item.key.value) : String(item.key)) === String(step))
          if (!pair) break
          const keyAt = (pair.key as Node).range?.[0] ?? offset
          const valueAt = (pair.value as Node | null)?.range?.[0] ?? keyAt
          offset = last && part === 'value' && isScalar(pair.value) ? valueAt : keyAt
          node = pair.value
        } else if (isSeq(node) && typeof step === 'number') {
          const item = node.items[step] as Node | undefined
          if (!item) break
          offset = item.range?.[0] ?? offset
          node = item
        } else break
      }
      return at(offset)
    },
  }
}

/** Syntax errors of a file of many documents, such as a manifest. */
export function yamlSyntaxProblems(name: string, source: string): Problem[] {
  const lines = new LineCounter()
  const documents = parseAllDocuments(source, { lineCounter: lines, uniqueKeys: true, prettyErrors: false })
  if (!Array.isArray(documents)) return []
  return documents.flatMap((document) =>
    [...document.errors, ...document.warnings].map((error) => {
      const { line, col } = lines.linePos(error.pos[0])
      return { file: name, line, column: col, message: error.message }
    }),
  )
}
