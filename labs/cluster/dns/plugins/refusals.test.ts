// What CoreDNS 1.14.6 printed for each of these, as the only directive of a server block; `\n` stands for a line's end.
import { expect, test } from 'vitest'
import { createDnsServer } from '../server.ts'
import { testEnvironment } from '../testing/environment.ts'

const printed: [directive: string, sentence: string][] = [
  ['cache 0', 'cache TTL can not be zero or negative: 0'],
  ['cache { foo }', "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'foo'"],
  ['cache {\n success x\n }', 'strconv.Atoi: parsing "x": invalid syntax'],
  ['cache {\n disable all\n }', 'cache type for disable must be "success" or "denial"'],
  ['forward .', "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after '.'"],
  ['forward . 1.1.1.1 {\n policy best\n }', "Corefile:3 - Error during parsing: unknown policy 'best'"],
  ['forward . 1.1.1.1 {\n nope\n }', "Corefile:3 - Error during parsing: unknown property 'nope'"],
  ['forward . 1.1.1.1 {\n max_concurrent many\n }', 'strconv.Atoi: parsing "many": invalid syntax'],
  ['reload 1s', 'interval value must be greater or equal to 2s'],
  ['reload x', 'time: invalid duration "x"'],
  ['reload 5s 100ms', 'jitter value must be 0 or greater or equal to 1s'],
  ['health 8080', 'address 8080: missing port in address'],
  ['health {\n lameduck 5\n }', `unable to parse lameduck duration value: '5' : time: missing unit in duration "5"`],
  ['health {\n foo\n }', "Corefile:3 - Error during parsing: unknown property 'foo'"],
  ['ready a b', "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'b'"],
  ['loop x', "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'x'"],
  ['loop\nloop', 'this plugin can only be used once per Server Block'],
  ['errors nowhere', 'Corefile:2 - Error during parsing: invalid log file: nowhere'],
  ['errors {\n log\n }', "Corefile:3 - Syntax error: Unexpected token 'log', expecting 'Unknown field log'"],
  ['log {\n class foo\n }', 'invalid Class: foo'],
  ['log {\n foo\n }', "Corefile:3 - Error during parsing: unknown property 'foo'"],
  ['loadbalance best', 'unknown policy: best'],
  ['hosts {\n ttl x\n }', 'Corefile:3 - Error during parsing: ttl needs a number of second'],
  ['hosts {\n fallthrough\n foo bar\n }', "Corefile:4 - Error during parsing: unknown property 'foo'"],
  ['rewrite', 'no rule type specified for rewrite'],
  ['rewrite name a', 'too few arguments for a name rule'],
  ['rewrite nome a b', 'invalid rule type "nome"'],
  ['rewrite name glob a b', 'name rule supports only exact, prefix, suffix, substring, and regex name matching, received: glob'],
  ['rewrite name regex (a {1}', 'invalid regex matching pattern: (a'],
  [
    'rewrite name regex a {1}',
    'the rewrite regex pattern ({1}) uses more subexpressions than its corresponding matching regex pattern (a)',
  ],
  ['rewrite name suffix .a .b answer', 'invalid arguments for suffix rule'],
  ['rewrite type A FOO', 'invalid type "FOO"'],
  ['rewrite name regex (.*) b answer foo', 'invalid type "foo" for answer rule for regex rule'],
  ['template XX A', 'Corefile:2 - Error during parsing: invalid query class XX'],
  ['template IN FOO', 'Corefile:2 - Error during parsing: invalid RR class FOO'],
  ['template IN A {\n rcode WHAT\n }', 'Corefile:3 - Error during parsing: unknown rcode WHAT'],
  [
    'template IN A {\n answer "{{ .Name"\n }',
    'Corefile:3 - Error during parsing: could not compile template: {{ .Name, template: answer:1: unclosed action',
  ],
]

const start = (text: string) => createDnsServer(text, 'Corefile', testEnvironment().environment)

test.each(printed)('%j', async (directive, sentence) => {
  const plugin = directive.split(/\s/)[0]
  await expect(start(`.:5399 {\n ${directive}\n}\n`)).rejects.toMatchObject({ message: `plugin/${plugin}: ${sentence}` })
})

test('a zone twice', async () => {
  await expect(start('.:53 {\n log\n}\n. {\n log\n}\n')).rejects.toThrow('cannot serve dns://.:53 - it is already defined')
})

test('what this lab has not is refused, never ignored', async () => {
  await expect(start('. {\n dnssec\n}\n')).rejects.toThrow("Corefile:2 - Error during parsing: Unknown directive 'dnssec'")
  await expect(start('. {\n forward . tls://1.1.1.1\n}\n')).rejects.toThrow("'tls' is not supported as a destination protocol in forward")
  await expect(start('. {\n rewrite edns0 local set 0xffee 0x61\n}\n')).rejects.toThrow('is not available in this lab')
})
