// Every field of a real scenario, spoilt in every way a hand slips: each is refused with file, line and column, or is as good as before. No other error.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isMap, isPair, isSeq, parseDocument, visit } from 'yaml'
import { LabError } from '../spec/errors.ts'
import { loadScenario } from './scenario-catalogue.ts'

const ids = ['out-masquerade-missing']
const files = ['scenario.yaml', 'text.en.yaml']
let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mutations-'))
  for (const id of ids) await cp(join(import.meta.dirname, '../scenarios', id), join(root, id), { recursive: true })
})
afterAll(() => rm(root, { recursive: true }))

/** What a person may leave in place of a value. */
const slips = [
  '',
  '~',
  '[]',
  '{}',
  '[1, two]',
  '{ a: 1 }',
  '-1',
  '99999999999',
  '1.5',
  'true',
  '""',
  'x',
  "'../../etc/passwd'",
  '"\\u0000"',
  '2026-11-24',
  '(((',
]

/** Places of all values in a text: [from, to], innermost and outermost alike. */
function valueRanges(text: string): [number, number][] {
  const ranges: [number, number][] = []
  const note = (node: unknown) => {
    const range = (node as { range?: [number, number, number] } | null)?.range
    if (range) ranges.push([range[0], range[1]])
  }
  visit(parseDocument(text), (_, node) => {
    if (isPair(node)) note(node.value)
    else if (isSeq(node)) node.items.forEach(note)
  })
  return ranges
}
/** Places of whole fields, to leave them out or to rename them. */
function keyRanges(text: string): [number, number][] {
  const ranges: [number, number][] = []
  visit(parseDocument(text), (_, node) => {
    if (isMap(node))
      for (const { key } of node.items) ranges.push((key as { range: [number, number, number] }).range.slice(0, 2) as [number, number])
  })
  return ranges
}
const replaced = (text: string, [from, to]: [number, number], by: string) => text.slice(0, from) + by + text.slice(to)

async function outcome(id: string, file: string, source: string | Buffer): Promise<'loaded' | string[]> {
  const path = join(root, id, file)
  const good = await readFile(path)
  try {
    await writeFile(path, source)
    await loadScenario(join(root, id))
    return 'loaded'
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'scenario-invalid')
      throw new Error(`for ${JSON.stringify(String(source).slice(0, 2000))}`, { cause: error })
    return error.message.split('\n').slice(1)
  } finally {
    await writeFile(path, good)
  }
}
const placed = /^\s*[\w./-]+\.ya?ml:\d+:\d+:? \S/

describe.each(ids.flatMap((id) => files.map((file) => [id, file] as const)))('%s/%s', (id, file) => {
  const read = () => readFile(join(root, id, file), 'utf8')

  test('a spoilt value is refused at its place, or is a value as well', async () => {
    const text = await read()
    let refused = 0
    for (const [i, range] of valueRanges(text).entries()) {
      // a few for each value; together the values see them all
      for (const slip of slips.filter((_, k) => (k + i) % 8 === 0)) {
        const found = await outcome(id, file, replaced(text, range, slip))
        if (found === 'loaded') continue
        refused++
        for (const line of found) expect(line, `${text.slice(...range)} → ${slip}`).toMatch(placed)
      }
    }
    expect(refused).toBeGreaterThan(50)
  }, 120_000)

  test('a key that is misspelt is refused at its place', async () => {
    const text = await read()
    for (const range of keyRanges(text)) {
      const found = await outcome(id, file, replaced(text, range, 'xqzxqz'))
      // names an author chooses, such as those of labels, may be any
      if (found !== 'loaded') for (const line of found) expect(line).toMatch(placed)
    }
  }, 60_000)

  test.each([
    ['empty', () => ''],
    ['only a comment', () => '# nothing\n'],
    ['a list', () => '- a\n- b\n'],
    ['a word', () => 'scenario\n'],
    ['two documents', (text: string) => `${text}---\n${text}`],
    ['an alias to nothing', (text: string) => `${text}extra: *nowhere\n`],
    ['an alias', (text: string) => `${text.replace(/^(\w+): /m, '$1: &a ')}extra: *a\n`],
    ['aliases that grow', () => `a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n`],
    ['a tag', (text: string) => `${text}extra: !!js/function 'x'\n`],
    ['a key twice', (text: string) => `${text}${text}`],
    ['a merge key', (text: string) => `${text}<<: { a: 1 }\n`],
    ['a key of the language', (text: string) => `${text}__proto__: { polluted: true }\nconstructor: x\n`],
    ['tabs', (text: string) => text.replaceAll('  ', '\t')],
    ['binary', () => Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 37) % 256))],
    ['deep', () => '['.repeat(3000)],
  ] as const)('%s is refused at its place', async (_, spoil) => {
    const found = await outcome(id, file, spoil(await read()))
    expect(found).not.toBe('loaded')
    for (const line of found as string[]) expect(line).toMatch(placed)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('cut short anywhere, it is refused at its place', async () => {
    const text = await read()
    for (let length = 0; length < text.length - 1; length += 211) {
      const found = await outcome(id, file, text.slice(0, length))
      if (found !== 'loaded') for (const line of found) expect(line).toMatch(placed)
    }
  }, 60_000)
})
