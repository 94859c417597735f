import { expect, it } from 'vitest'
import { dropsAll } from './legacy-tables.ts'

const save = (policy: string, ...rules: string[]) =>
  ['*filter', ':INPUT ACCEPT [65:5512]', `:FORWARD ${policy} [407:27332]`, ...rules, 'COMMIT', ''].join('\n')

it.each([
  ['the policy alone', save('DROP'), true],
  ['a rule that drops as well', save('DROP', '-A FORWARD -d 172.18.0.70/32 -j DROP'), true],
  ['a rule that lets something through', save('DROP', '-A FORWARD -s 10.244.0.0/16 -j ACCEPT'), false],
  ['a jump to who knows where', save('DROP', '-A FORWARD -j DOCKER-USER'), false],
  ['a policy that accepts', save('ACCEPT'), false],
  ['no tables at all', '', false],
  ['another table', save('DROP').replace('*filter', '*mangle'), false],
])('%s', (_, text, expected) => expect(dropsAll(text, 'FORWARD')).toBe(expected))
