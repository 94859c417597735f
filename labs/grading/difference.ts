// Says in words how an object differs from what it was. Pure. Called by judge-kube.ts.
import { quoteText } from './verdict.ts'
import type { Words } from './words.ts'

type Leaves = Map<string, unknown>

function leavesOf(value: unknown, path = '', leaves: Leaves = new Map()): Leaves {
  if (value && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value))
      leavesOf(inner, Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key, leaves)
  } else leaves.set(path, value)
  return leaves
}

interface Change {
  path: string
  was: unknown
  is: unknown
}
function changesBetween(was: unknown, is: unknown): Change[] {
  const before = leavesOf(was)
  const now = leavesOf(is)
  const paths = [...new Set([...before.keys(), ...now.keys()])]
  return paths.flatMap((path) => (before.get(path) === now.get(path) ? [] : [{ path, was: before.get(path), is: now.get(path) }]))
}

const word = (value: unknown, words: Words) => (value === undefined ? words.notSet : quoteText(String(value), 40).slice(1, -1))

/** "hostNetwork was not set and is true": the first two fields that differ; undefined when either is no object or nothing differs. */
export function describeDifference(was: unknown, is: unknown, words: Words): string | undefined {
  if (!was || !is || typeof was !== 'object' || typeof is !== 'object') return undefined
  const changes = changesBetween(was, is)
  if (changes.length === 0) return undefined
  const shown = changes.slice(0, 2).map((change) => words.fieldChanged(change.path, word(change.was, words), word(change.is, words)))
  return `${shown.join(words.comma)}${changes.length > 2 ? words.andMore(changes.length - 2) : ''}`
}

/** Of several candidates, the one that differs least: what an object most likely became. */
export function likeliestSuccessor(was: unknown, candidates: readonly unknown[]): unknown {
  const ranked = candidates
    .map((candidate) => ({ candidate, count: changesBetween(was, candidate).length }))
    .sort((a, b) => a.count - b.count)
  return ranked[0]?.candidate
}
