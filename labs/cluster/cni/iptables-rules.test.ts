import { describe, expect, it } from 'vitest'
import { freshRules, missingRules } from './iptables-rules.ts'
import { flannelRules } from './shapes/flannel.ts'
import { kindnet } from './shapes/kindnet.ts'
import { clusterNodes, type NodeAddress } from './topology.ts'

const worker = clusterNodes[1] as NodeAddress
const masquerade = kindnet.rules(worker)
const lines = freshRules(masquerade)
  .split('\n')
  .filter((line) => line.startsWith('-A'))
const saved = (rules: string[]) => ['*nat', ':POSTROUTING ACCEPT [0:0]', ':KIND-MASQ-AGENT - [0:0]', ...rules, 'COMMIT', ''].join('\n')

describe('rules of a CNI agent', () => {
  it('are those that kind shows', () => {
    expect(freshRules(masquerade)).toContain(
      '-A KIND-MASQ-AGENT -d 10.244.0.0/16 -m comment --comment "kind-masq-agent: local traffic is not subject to MASQUERADE" -j RETURN\n',
    )
    expect(lines).toHaveLength(3)
  })

  it('adds nothing when everything is there, whatever else is', () => {
    expect(missingRules(masquerade, saved([...lines, '-A POSTROUTING -s 10.0.0.0/8 -j ACCEPT']))).toBeUndefined()
  })

  it('appends only what is missing', () => {
    expect(missingRules(masquerade, saved(lines.slice(0, 1).concat(lines.slice(2))))).toBe(`*nat\n${lines[1]}\nCOMMIT\n`)
  })

  it('makes the chain when it was flushed away', () => {
    expect(missingRules(masquerade, '*nat\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n')).toBe(freshRules(masquerade))
  })

  it('looks after chains of several tables', () => {
    const all = flannelRules(worker)
    expect(missingRules(all, freshRules(all))).toBeUndefined()
    const withoutForward = freshRules(all).replace(/-A FORWARD .*\n/, '')
    expect(missingRules(all, withoutForward)).toBe('*filter\n-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD\nCOMMIT\n')
  })
})
