// Each kind of finding about lessons, in a copy of the real ones with one thing spoiled; and that the real ones have none.
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { formatProblem } from '../problem.ts'
import { acceptOutput, lineOfCommand, replaceOutput } from './accept-output.ts'
import { checkLessons } from './check-lessons.ts'

const root = join(import.meta.dirname, '../../..')
const scenarios = join(root, 'labs/scenarios')
const wire = 'courses/network-model/02-wire'

test('the lessons of this copy have no findings', { timeout: 120_000 }, async () => {
  const lessons = await checkLessons(join(root, 'content'), scenarios)
  expect(lessons.length).toBeGreaterThan(20)
  expect(lessons.flatMap(({ findings }) => findings.map(formatProblem))).toEqual([])
})

describe('a finding names its place', { timeout: 60_000 }, () => {
  let content: string
  beforeEach(async () => {
    content = await mkdtemp(join(tmpdir(), 'podwire-lessons-'))
    for (const part of ['glossary.yaml', wire, 'courses/network-model/course.yaml', 'courses/network-model/03-node-as-router'])
      await cp(join(root, 'content', part), join(content, part), { recursive: true })
  })
  afterEach(() => rm(content, { recursive: true }))

  const findings = async () =>
    (await checkLessons(content, scenarios, ['wire'])).flatMap((lesson) =>
      lesson.findings.map((each) => `${each.level}: ${formatProblem(each)}`),
    )
  /** Rewrites one of the lesson's files; returns the line in which `to` stands then. */
  async function edit(file: string, from: string | RegExp, to: string): Promise<number> {
    const path = join(content, wire, file)
    const before = await readFile(path, 'utf8')
    const after = before.replace(from, () => to)
    expect(after).not.toBe(before)
    await writeFile(path, after)
    return after.slice(0, after.indexOf(to.trim())).split('\n').length
  }
  /** Adds a paragraph in both languages, so that none lags behind. */
  async function add(text: string): Promise<number> {
    await edit('lesson.zh-CN.mdx', '<Quiz />', `${text}\n\n<Quiz />`)
    return edit('lesson.en.mdx', '<Quiz />', `${text}\n\n<Quiz />`)
  }

  it('nothing is said of a lesson that is whole', async () => expect(await findings()).toEqual([]))

  it.each([
    ['[x](node-as-ruter)', 'node-as-ruter', 'Did you mean "node-as-router"?'],
    ['[x](#no-such-heading)', '#no-such-heading', 'The lesson has no such heading.'],
    ['[x](node-as-router#no-such-heading)', 'node-as-router#no-such-heading', 'The lesson has no such heading.'],
    ['[x](../labs/nm-static-arp-poisn)', '../labs/nm-static-arp-poisn', 'Did you mean "nm-static-arp-poison"?'],
    ['[x](../glossary#apr)', '../glossary#apr', 'Did you mean "arp"?'],
    ['<a href="/en/lesson/wire">x</a>', '/en/lesson/wire', 'Another lesson is a link to its slug'],
    ['[x][y]\n\n[y]: http://', 'http://', 'Write an address that a browser can read.'],
  ])('a dead link: %s', async (text, url, mend) => {
    const line = (await add(text)) + (text.includes('\n\n') ? 2 : 0)
    const found = await findings()
    expect(found).toHaveLength(2)
    expect(found[0]).toMatch(new RegExp(`^error: ${wire}/lesson.en.mdx:${line}:1: `))
    expect(found[0]).toContain(`the link ${url} leads nowhere. ${mend}`)
  })

  it('links that lead somewhere are not findings', async () => {
    await add(
      '[a](node-as-router) [b](../labs/nm-static-arp-poison) [c](../glossary#arp) [d](/en/diagnosis) [e](https://kubernetes.io/docs) [f](#keep)',
    )
    await edit('lesson.zh-CN.mdx', '[f](#keep)', '') // its headings are Chinese
    expect(await findings()).toEqual([])
  })

  it('a term before its lesson, unless a link points ahead to that', async () => {
    const line = await add('Nodes are\nwired, and each node has a routing table.')
    const [found, ...more] = await findings()
    expect(found).toMatch(
      `warning: ${wire}/lesson.en.mdx:${line + 1}:28: “routing table” is used before node-as-router, the lesson that introduces it. Say`,
    )
    expect(more).toEqual([])
    await edit('lesson.en.mdx', 'Nodes are\n', 'More in [the next lesson](node-as-router). Nodes are\n')
    expect(await findings()).toEqual([])
  })

  it('a lesson or a quiz that is not written in a language', async () => {
    await rename(join(content, wire, 'lesson.zh-CN.mdx'), join(content, 'away.mdx'))
    expect(await findings()).toEqual([expect.stringContaining(`warning: ${wire}/lesson.zh-CN.mdx: the file is missing. Readers`)])
    await rename(join(content, 'away.mdx'), join(content, wire, 'lesson.zh-CN.mdx'))
    await rm(join(content, wire, 'quiz.zh-CN.yaml'))
    expect(await findings()).toEqual([expect.stringContaining(`error: ${wire}/quiz.zh-CN.yaml: the file is missing`)])
  })

  it.each([
    ['a heading', '\n## Keep', '\n## One more\n\ntext\n\n## Keep', /\d+ headings, in lesson\.en\.mdx \d+\. Bring/],
    ['a figure', '<FrameFigure />', '', /4 elements, in lesson\.en\.mdx 3: the element <FrameFigure> is another than <BreakIt> in/],
    [
      'a console block',
      '```console',
      '```console\n$ date\n```\n\n```console',
      /console blocks, in .*: the console block \$ .* is another than \$ date in lesson\.en\.mdx:\d+/,
    ],
    ['minutes', /minutes: \d+/, 'minutes: 99', /minutes is \d+, in lesson\.en\.mdx 99/],
  ])('a language that lags behind: %s', async (_, from, to, words) => {
    await edit('lesson.en.mdx', from, to)
    const found = await findings()
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(new RegExp(`^warning: ${wire}/lesson\\.zh-CN\\.mdx:\\d+:\\d+: `))
    expect(found[0]).toMatch(words)
  })

  it('a quiz that lags behind', async () => {
    const option = /^ +- \{t: .*, why: .*\n/m
    await edit('quiz.en.yaml', /^ +- \{t: (?!.*ok: true).*\n/m, '')
    expect(await findings()).toEqual([
      expect.stringMatching(/warning: .*quiz\.zh-CN\.yaml:\d+:\d+: 3 options, in quiz\.en\.yaml:\d+ 2\. Bring/),
    ])
    expect(await readFile(join(content, wire, 'quiz.zh-CN.yaml'), 'utf8')).toMatch(option)
  })

  it('what keeps it from being shown', async () => {
    const line = await add('{1 +}')
    expect((await findings())[0]).toMatch(new RegExp(`error: ${wire}/lesson\\.en\\.mdx:${line}:\\d+: .*MDX cannot read it`))
    await edit('lesson.en.mdx', '{1 +}', '```console at=worker\n$ date\n```')
    await edit('lesson.zh-CN.mdx', '{1 +}', '```cobol\nSTOP RUN.\n```')
    await edit('lesson.en.mdx', /scenario: .*/, 'scenario: nm-static-arp-poisn')
    const found = (await findings()).join('\n')
    expect(found).toContain(`error: ${wire}/lesson.en.mdx:${line}:1: "at=worker" is not an attribute of a console block. Use on=<place>`)
    expect(found).toContain('"cobol" is no language of a code block')
    expect(found).toContain('there is no scenario "nm-static-arp-poisn". Did you mean "nm-static-arp-poison"?')
    await edit('lesson.en.mdx', /minutes: .*/, 'minutes: many')
    expect((await findings()).join('\n')).toMatch(/error: .*lesson\.en\.mdx:\d:10 minutes: /)
  })

  it('a slug that no lesson has is answered with the nearest', async () => {
    await expect(checkLessons(content, scenarios, ['wier'])).rejects.toMatchObject({ code: 'bad-request', hint: 'Did you mean "wire"?' })
  })
})

describe('new output', () => {
  it('keeps lines and words that still match, with their placeholders', () => {
    const printed = 'NAME       READY   AGE\nweb-<any>   1/1   <age>\nlog-<any>   1/1   <age>'
    expect(acceptOutput(printed, 'NAME       READY   AGE\nweb-abcde   0/1   5s\nlog-fghij   1/1   7s')).toBe(
      'NAME       READY   AGE\nweb-<any>   0/1   <age>\nlog-<any>   1/1   <age>',
    )
    expect(acceptOutput(printed, 'NAME   READY   AGE\nnew one\nlog-fghij   1/1   7s\nweb-abcde   1/1   5s')).toBe(
      'NAME       READY   AGE\nnew one\nlog-<any>   1/1   <age>\nweb-abcde   1/1   5s',
    )
    expect(acceptOutput('', 'a\nb\n')).toBe('a\nb')
    expect(acceptOutput('a\nb', '')).toBe('')
  })

  it('is put under its command alone, indented as the block is', () => {
    const page = 'text\n\n  ```console on=worker\n  $ one \\\n  > two\n  old\n  $ three\n  kept\n  ```\n'
    expect(replaceOutput(page, 3, 0, 'new\nlines')).toBe(page.replace('  old\n', '  new\n  lines\n'))
    expect(replaceOutput(page, 3, 1, '')).toBe(page.replace('  kept\n', ''))
    expect([lineOfCommand(page, 3, 0), lineOfCommand(page, 3, 1)]).toEqual([4, 7])
    expect(replaceOutput(page, 3, 0, 'a\n$ looks like a command')).toBeUndefined()
  })
})
