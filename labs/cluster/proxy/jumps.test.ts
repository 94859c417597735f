import { describe, expect, test } from 'vitest'
import { proxyOptions } from './inputs.ts'
import { canaryChain, canaryTables, ensuredJumps, jumpArguments, renderMissing } from './jumps.ts'
import { kubeletRestoreText } from './kubelet-chains.ts'
import { parseSavedRules } from './saved-rules.ts'

const options = proxyOptions('10.244.0.0/16')
const nothing = parseSavedRules('')

test('a node with nothing gets canaries, chains and jumps, each on top of the one before', () => {
  const text = renderMissing(options, nothing)
  expect(text.match(/:KUBE-PROXY-CANARY - \[0:0\]/g)).toHaveLength(3)
  const forward = text
    .split('\n')
    .filter((line) => line.startsWith('-I FORWARD'))
    .map((line) => line.split(' ').at(-1))
  expect(forward.reverse()).toEqual(['KUBE-PROXY-FIREWALL', 'KUBE-FORWARD', 'KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES'])
  expect(text.indexOf('*mangle')).toBeLessThan(text.indexOf('*filter'))
})

test('what kubelet has made is left alone', () => {
  const text = renderMissing(options, parseSavedRules(kubeletRestoreText))
  expect(text).not.toContain('KUBE-FIREWALL')
})

test('only what is missing is made, and existing chains are not emptied', () => {
  const saved = renderMissing(options, nothing).replaceAll('-I ', '-A ')
  expect(renderMissing(options, parseSavedRules(saved))).toBe('')
  const rule = '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES\n'
  expect(saved).toContain(rule)
  const [before, nat] = saved.split('*nat') as [string, string]
  expect(renderMissing(options, parseSavedRules(`${before}*nat${nat.replace(rule, '')}`))).toBe(`*nat\n${rule.replace('-A', '-I')}COMMIT\n`)
})

test('a rule of the same words in another table does not count', () => {
  expect(
    renderMissing(
      options,
      parseSavedRules('*filter\n-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES\nCOMMIT\n'),
    ),
  ).toBe(renderMissing(options, nothing))
})

test('without localhost node ports, and for IPv6, KUBE-FIREWALL is not kube-proxy’s', () => {
  for (const other of [proxyOptions('10.244.0.0/16', { localhostNodePorts: false }), proxyOptions('fd00::/56', { family: 'IPv6' })]) {
    expect(ensuredJumps(other).some((jump) => jump.to === 'KUBE-FIREWALL')).toBe(false)
  }
})

test('arguments for iptables keep a comment in one word', () => {
  const jump = ensuredJumps(options).find((j) => j.from === 'PREROUTING')
  expect(jump && jumpArguments(jump, '-C')).toEqual([
    '-t',
    'nat',
    '-C',
    'PREROUTING',
    '-m',
    'comment',
    '--comment',
    'kubernetes service portals',
    '-j',
    'KUBE-SERVICES',
  ])
})

describe('what iptables-save says', () => {
  test('a canary that is gone is missed, table by table', () => {
    const saved = parseSavedRules('*mangle\n:KUBE-PROXY-CANARY - [0:0]\nCOMMIT\n*nat\n:KUBE-SERVICES - [0:0]\nCOMMIT\n')
    expect(canaryTables.filter((table) => !saved.hasChain(table, canaryChain))).toEqual(['nat', 'filter'])
  })
  test('service chains are those of nat', () => {
    const saved =
      '*filter\n:KUBE-SVC-AAAA - [0:0]\nCOMMIT\n*nat\n:KUBE-SVC-BBBB - [0:0]\n:KUBE-SEP-CCCC - [0:0]\n:KUBE-SERVICES - [0:0]\nCOMMIT\n'
    expect(parseSavedRules(saved).serviceChains()).toEqual(['KUBE-SVC-BBBB', 'KUBE-SEP-CCCC'])
  })
})
