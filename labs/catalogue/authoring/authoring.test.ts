// New scenarios are whole, and lint says what is wrong with one, where and how to mend it.
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { formatProblem } from '../problem.ts'
import { loadScenario } from '../scenario-catalogue.ts'
import { lintScenario } from './lint.ts'
import { type FaultTemplate, faultTemplates, writeNewScenario } from './new-scenario.ts'

const root = join(import.meta.dirname, '../../..')
let into: string
beforeEach(async () => {
  into = await mkdtemp(join(tmpdir(), 'podwire-authoring-'))
})
afterEach(() => rm(into, { recursive: true }))

const make = (fault: FaultTemplate = 'service-selector', id = 'my-lab') =>
  writeNewScenario({ id, title: 'A "new" one: yes', topic: 'outside', fault }, { root, into })
const lint = async (folder: string) => (await lintScenario(folder)).map((each) => `${each.level} ${formatProblem(each)}`)
async function edit(folder: string, file: string, from: string | RegExp, to: string) {
  const path = join(folder, file)
  const before = await readFile(path, 'utf8')
  const after = before.replace(from, to)
  expect(after).not.toBe(before)
  await writeFile(path, after)
}

describe('a new scenario', () => {
  test.each(Object.keys(faultTemplates) as FaultTemplate[])(
    '%s: is whole in both languages, and tells editors its schema',
    async (fault) => {
      const folder = await make(fault)
      for (const locale of ['en', 'zh-CN'] as const) {
        const { scenario, text, locale: found } = await loadScenario(folder, locale)
        expect([scenario.id, scenario.topic, text.title, found]).toEqual(['my-lab', 'outside', 'A "new" one: yes', locale])
      }
      expect((await lint(folder)).filter((line) => !line.includes('are few'))).toEqual([])
      const [, schema] = /^# yaml-language-server: \$schema=(.+)\n/.exec(await readFile(join(folder, 'scenario.yaml'), 'utf8')) ?? []
      expect(JSON.parse(await readFile(join(folder, schema as string), 'utf8')).required).toContain('wrongFixes')
    },
  )
  it.each([
    [{ id: 'No Way' }, '--id "No Way"'],
    [{ topic: 'outsied' }, '--topic "outsied"'],
    [{ fault: '../templates' }, '--fault'],
    [{ title: ' ' }, '--title'],
  ])('%j is refused by name, and nothing is written', async (wrong, words) => {
    const given = { id: 'x', title: 'X', topic: 'dns', fault: 'firewall-rule', ...wrong }
    await expect(writeNewScenario(given, { root, into })).rejects.toThrow(words)
    await expect(readFile(join(into, given.id, 'scenario.yaml'))).rejects.toThrow('ENOENT')
  })
  it('never writes over another', async () => {
    await make()
    await expect(make()).rejects.toThrow('is there already')
  })
})

describe('lint', () => {
  it('names line, column and mend of what keeps it from loading, in every language', async () => {
    const folder = await make()
    await edit(folder, 'scenario.yaml', 'level: basic', 'level: basci')
    await edit(folder, 'text.zh-CN.yaml', 'all-listed:', 'all-litsed:')
    const lines = await lint(folder)
    expect(lines).toContainEqual(expect.stringMatching(/^error scenario\.yaml:6:8 level: .*Did you mean "basic"\?/))
    await edit(folder, 'scenario.yaml', 'level: basci', 'level: basic')
    expect(await lint(folder)).toContainEqual(expect.stringMatching(/^error text\.zh-CN\.yaml:\d+:3 checks\.all-litsed: .*all-listed/))
  })
  it('says what only a reader of scripts can know', async () => {
    const folder = await make('firewall-rule')
    await appendFile(join(folder, 'solve.sh'), 'if true; then\n')
    await edit(folder, 'scenario.yaml', 'http: { url: http://web/clientip', 'http: { url: http://10.244.1.7/clientip')
    await writeFile(join(folder, 'notes.txt'), '')
    await rm(join(folder, 'text.zh-CN.yaml'))
    const lines = await lint(folder)
    expect(lines).toContainEqual(expect.stringMatching(/^error solve\.sh:\d+:1: syntax error.*bash cannot read it/))
    expect(lines).toContainEqual(
      expect.stringMatching(/^warning scenario\.yaml:\d+:\d+ checks\[1\]: the address 10\.244\.1\.7 .*\{ip:pod\/client\}/),
    )
    expect(lines).toContainEqual('warning notes.txt: nobody names this file. Name it in scenario.yaml, or take it away.')
    expect(lines).toContainEqual(expect.stringMatching(/^warning text\.zh-CN\.yaml: the file is missing/))
  })
})
