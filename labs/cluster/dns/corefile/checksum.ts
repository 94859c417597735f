// What `plugin/reload` compares: the SHA512 of a parsed Corefile, the same digits as CoreDNS prints for the same file.
import { createHash } from 'node:crypto'
import type { ServerBlock } from './parser.ts'

/** As Go writes JSON: map keys in order, and what HTML could take for markup escaped. Caddy names a file only for words that were imported. */
function goJson(blocks: readonly ServerBlock[]): string {
  const value = blocks.map(({ keys, directives }) => ({
    Keys: keys,
    Tokens: Object.fromEntries(
      [...directives]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, tokens]) => [name, tokens.map(({ line, text }) => ({ File: '', Line: line, Text: text }))]),
    ),
  }))
  const escapes: Record<string, string> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' }
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (char) => escapes[char] as string)
}

export const checksum = (blocks: readonly ServerBlock[]): string => createHash('sha512').update(goJson(blocks)).digest('hex')
