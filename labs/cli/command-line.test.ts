import { defineCommand } from 'citty'
import { expect, test } from 'vitest'
import { readArguments, readCommandLine } from './command-line.ts'

const exec = defineCommand({
  meta: { name: 'exec', ...{ rest: true } },
  args: { lab: { type: 'positional', required: false }, in: { type: 'string' }, json: { type: 'boolean' } },
})
const start = defineCommand({
  meta: { name: 'start' },
  args: { scenario: { type: 'positional', required: true }, runtime: { type: 'enum', options: ['auto', 'kind'], default: 'auto' } },
})
const root = defineCommand({ subCommands: { lab: defineCommand({ subCommands: { exec, start } }) } })
const read = (...argv: string[]) => {
  const line = readCommandLine(root, 'podwire', argv)
  return { line, args: readArguments(line) }
}
const errorOf = (...argv: string[]) => {
  try {
    read(...argv)
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint?: string }
    return `${code}: ${message} ${hint}`
  }
  return 'no error'
}

test('words, flags, and what follows --', () => {
  const { line, args } = read('lab', 'exec', 'abc', '--in', 'node/worker', '--', 'ls', '--json', '--', '-h')
  expect(line).toMatchObject({ path: ['podwire', 'lab', 'exec'], rest: ['ls', '--json', '--', '-h'], wantsHelp: false })
  expect([args.lab, args.in, args.json]).toEqual(['abc', 'node/worker', undefined])
  expect(read('lab', 'exec', '--in=laptop', '--json').args).toMatchObject({ in: 'laptop', json: true })
})

test('help can be asked anywhere before --', () => {
  expect(readCommandLine(root, 'podwire', ['lab', '--help', 'start']).wantsHelp).toBe(true)
  expect(readCommandLine(root, 'podwire', ['lab', 'start', '-h']).path).toEqual(['podwire', 'lab', 'start'])
})

test.each([
  [['lba'], 'There is no command "podwire lba". Did you mean podwire lab?'],
  [['lab', 'stat'], 'Did you mean podwire lab start?'],
  [['lab', 'xyzzy'], 'Commands: exec, start.'],
  [['lab', 'exec', '--jsno'], 'has no flag --jsno. Did you mean --json?'],
  [['lab', 'exec', '-x'], 'has no flag -x.'],
  [['lab', 'exec', '--in'], '--in needs a value'],
  [['lab', 'exec', '--in', '--json'], '--in needs a value'],
  [['lab', 'exec', '--json=yes'], '--json takes no value'],
  [['lab', 'exec', 'a', 'b'], '"b" is one word too many'],
  [['lab', 'start'], '<scenario> is missing'],
  [['lab', 'start', 'x', '--runtime', 'docker'], 'docker'],
  [['lab', 'start', 'x', '--', 'ls'], '-- is only for commands that run something'],
])('%j is refused', (argv, words) => {
  expect(errorOf(...argv)).toMatch(/^bad-request: /)
  expect(errorOf(...argv)).toContain(words)
})
