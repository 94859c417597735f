// Finds entries for what was typed. Every word must be there; Latin words match from their start, Chinese needs no word breaks. Pure.
import type { SearchEntry } from '../../labs/spec/search.ts'

export interface Found {
  entry: SearchEntry
  /** a piece of its text; what was found is at odd places */
  excerpt: string[]
}

interface Sought {
  text: string
  pattern: RegExp
  /** for a run of Chinese that is nowhere as a whole: its overlapping pairs, all of which must be there */
  pairs: string[]
}

const most = 30
const excerptBefore = 40
const excerptLength = 160
const weights = { name: 40, heading: 25, text: 4 }

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** `连接跟踪conntrack 表` → 连接跟踪, conntrack, 表 */
function soughtIn(query: string): Sought[] {
  return [...query.toLowerCase().matchAll(/\p{Script=Han}+|[^\s\p{Script=Han}]+/gu)].map(([text]) => {
    const han = /\p{Script=Han}/u.test(text)
    const characters = [...text]
    return {
      text,
      pattern: new RegExp(han || !/^[a-z0-9]/.test(text) ? escaped(text) : `(?<![a-z0-9])${escaped(text)}`, 'g'),
      pairs: han && characters.length > 2 ? characters.slice(1).map((next, i) => `${characters[i]}${next}`) : [],
    }
  })
}

function countIn(text: string, { pattern, pairs }: Sought): number {
  const whole = text.match(pattern)?.length ?? 0
  if (whole > 0 || pairs.length === 0) return whole
  return pairs.every((pair) => text.includes(pair)) ? 0.5 : 0
}

/** 0: a word is missing. */
function scoreOf(entry: SearchEntry, words: readonly Sought[], query: string): number {
  const names = [entry.title, ...(entry.also ?? [])].map((name) => name.toLowerCase())
  const heading = entry.heading?.toLowerCase() ?? ''
  const text = entry.text.toLowerCase()
  let score = 0
  for (const word of words) {
    // a section is found by its own words; its lesson's title alone would find them all
    const inName = entry.heading === undefined ? Math.min(1, countIn(names.join('\n'), word)) : 0
    const inHeading = Math.min(1, countIn(heading, word))
    const inText = Math.min(5, countIn(text, word))
    if (inName + inHeading + inText === 0) return 0
    score += inName * weights.name + inHeading * weights.heading + inText * weights.text
  }
  if (names.includes(query) && entry.heading === undefined) score += 100
  return entry.kind === 'term' ? score * 1.5 : score
}

function excerptOf({ text }: SearchEntry, words: readonly Sought[]): string[] {
  const low = text.toLowerCase()
  const first = words.flatMap(({ pattern, pairs }) => {
    const at = low.search(pattern)
    return at >= 0 ? [at] : pairs.map((pair) => low.indexOf(pair)).filter((place) => place >= 0)
  })
  const start = Math.max(0, Math.min(...(first.length > 0 ? first : [0])) - excerptBefore)
  const from = start === 0 ? 0 : text.indexOf(' ', start) + 1 || start
  const cut = text.slice(Math.min(from, start + excerptBefore), start + excerptLength)
  const any = words.flatMap(({ pattern, pairs }) => [pattern.source, ...pairs.map(escaped)]).join('|')
  const parts = cut.split(new RegExp(`(${any})`, 'i'))
  return [`${start > 0 ? '…' : ''}${parts[0]}`, ...parts.slice(1, -1), ...(parts.length > 1 ? [parts.at(-1) ?? ''] : [])].map(
    (part, i, all) => (i === all.length - 1 && start + excerptLength < text.length ? `${part}…` : part),
  )
}

export function findEntries(entries: readonly SearchEntry[], query: string): Found[] {
  const words = soughtIn(query)
  if (words.length === 0) return []
  const wanted = query.trim().toLowerCase()
  return entries
    .map((entry) => ({ entry, score: scoreOf(entry, words, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ entry }) => ({ entry, excerpt: excerptOf(entry, words) }))
}
