import { describe, expect, test } from 'vitest'
import { corefile } from '../../controllers/coredns.ts'
import { directiveNames } from '../directives.ts'
import { checksum } from './checksum.ts'
import { parseCorefile } from './parser.ts'
import { formatDuration, goDuration } from './values.ts'

const parse = (text: string, environment: Record<string, string> = {}) =>
  parseCorefile(text, 'Corefile', { environment, known: directiveNames }).map(({ keys, directives }) => ({
    keys,
    words: Object.fromEntries([...directives].map(([name, tokens]) => [name, tokens.map(({ text: word }) => word).join(' ')])),
  }))

test('server blocks, comments, quotes, a comma and a block without braces', () => {
  expect(
    parse(
      'example.org,\nexample.com:1053 { # comment\n  template IN A {\n    answer "{{ .Name }} 60 IN A \\"1\\"" # another\n  }\n  log\n}\n. {\n  log\n  log a.\n}\n',
    ),
  ).toEqual([
    { keys: ['example.org', 'example.com:1053'], words: { template: 'template IN A { answer {{ .Name }} 60 IN A "1" }', log: 'log' } },
    { keys: ['.'], words: { log: 'log log a.' } },
  ])
  expect(parse('.:53\nlog\nerrors\n')).toEqual([{ keys: ['.:53'], words: { log: 'log', errors: 'errors' } }])
})

test('environment variables and snippets', () => {
  expect(
    parse('(common) {\n  errors\n  log {$ZONE}\n}\n{$ZONE}:{%PORT%} {\n  import common\n  ready\n}\n', { ZONE: 'a.example', PORT: '53' }),
  ).toEqual([{ keys: ['a.example:53'], words: { errors: 'errors', log: 'log a.example', ready: 'ready' } }])
})

// each sentence was printed by CoreDNS 1.14.6 for this very text
describe('what is wrong, in the words of CoreDNS', () => {
  test.each([
    ['.:53 {\n foo\n}\n', "Corefile:2 - Error during parsing: Unknown directive 'foo'"],
    ['.:53 {\n errors\n', "Corefile:2 - Syntax error: Unexpected token 'errors', expecting '}'"],
    ['.:53 {\n cache {\n', 'Corefile:2 - Error during parsing: Unexpected EOF'],
    ['.:53 {\n errors }\n}\n', "Corefile:2 - Error during parsing: Unexpected '}' because no matching opening brace"],
    ['.:53 {\n import other.conf\n}\n', 'Corefile:2 - Error during parsing: File to import not found: other.conf'],
    ['.:53, {\n errors\n}\n', "Corefile:1 - Error during parsing: Expected another address but had '{' - check for extra comma"],
  ])('%j', (text, sentence) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ message: sentence }))
  })
})

test("the checksum is CoreDNS's own", () => {
  const sum = (text: string) => checksum(parseCorefile(text, '/etc/coredns/Corefile', { environment: {} }))
  // kubeadm's Corefile, as the logs of many clusters have it
  expect(sum(corefile)).toBe(
    '1b226df79860026c6a52e67daa10d7f0d57ec5b023288ec00c5e05f93523c894564e15b91770d3a07ae1cfbe861d15b37d4a0027e69c546ab112970993a3b03b',
  )
  expect(sum('.:5353 {\n    errors\n    log\n    hosts {\n      10.0.0.1 a.example\n    }\n    reload 2s 0s\n}\n')).toMatch(
    /^920eff27239f4f3a/,
  )
})

test('durations', () => {
  expect(['1m30s', '500ms', '0', '1.5s'].map(goDuration)).toEqual([90_000, 500, 0, 1500])
  expect([90_000, 500, 5000, 7_200_000].map(formatDuration)).toEqual(['1m30s', '500ms', '5s', '2h0m0s'])
  expect(() => goDuration('5')).toThrow('time: missing unit in duration "5"')
  expect(() => goDuration('soon')).toThrow('time: invalid duration "soon"')
})
