import { describe, expect, it } from 'vitest'
import { masqueradeRules, missingMasqueradeRules } from './masquerade.ts'

const lines = masqueradeRules()
  .split('\n')
  .filter((line) => line.startsWith('-A'))
const saved = (rules: string[]) => ['*nat', ':POSTROUTING ACCEPT [0:0]', ':KIND-MASQ-AGENT - [0:0]', ...rules, 'COMMIT', ''].join('\n')

describe('masquerade agent', () => {
  it('writes the rules that kind shows', () => {
    expect(masqueradeRules()).toContain(
      '-A KIND-MASQ-AGENT -d 10.244.0.0/16 -m comment --comment "kind-masq-agent: local traffic is not subject to MASQUERADE" -j RETURN\n',
    )
    expect(lines).toHaveLength(3)
  })

  it('adds nothing when everything is there, whatever else is', () => {
    expect(missingMasqueradeRules(saved([...lines, '-A POSTROUTING -s 10.0.0.0/8 -j ACCEPT']))).toBeUndefined()
  })

  it('appends only what is missing', () => {
    expect(missingMasqueradeRules(saved(lines.slice(0, 1).concat(lines.slice(2))))).toBe(`*nat\n${lines[1]}\nCOMMIT\n`)
  })

  it('makes the chain when it was flushed away', () => {
    expect(missingMasqueradeRules('*nat\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n')).toBe(masqueradeRules())
  })
})
