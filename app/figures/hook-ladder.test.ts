import { describe, expect, it } from 'vitest'
import { climb, type LadderSettings, ruleHooks, translated } from './hook-ladder.ts'

const settings = (change: Partial<LadderSettings> = {}): LadderSettings => ({ port: 30080, rule: undefined, otherCard: false, ...change })
const at = (ladder: ReturnType<typeof climb>, hook: string) => ladder.steps.find((s) => s.hook === hook)

describe('translated', () => {
  it('is what the rules of kube-proxy say, for the NodePort alone', () => {
    expect(translated(30080)).toBe('10.244.1.3:8080')
    expect(translated(22)).toBeUndefined()
    expect(translated(3008)).toBeUndefined()
  })
})

describe('climb', () => {
  it('takes a NodePort past INPUT and into FORWARD, with the address of a Pod', () => {
    const ladder = climb(settings())
    expect(ladder.outcome).toBe('pod')
    expect(at(ladder, 'filter INPUT')?.did).toBe('never')
    expect(at(ladder, 'mangle PREROUTING')?.destination).toBe('172.18.0.3:30080')
    expect(at(ladder, 'filter FORWARD')?.destination).toBe('10.244.1.3:8080')
  })
  it('takes a port of the node itself into INPUT', () => {
    const ladder = climb(settings({ port: 22 }))
    expect(ladder.outcome).toBe('node')
    expect(at(ladder, 'filter FORWARD')?.did).toBe('never')
  })
  it('closes a NodePort by its number only before the translation, and by the Pod’s port only behind it', () => {
    const closes = (port: 30080 | 8080) => ruleHooks.filter((hook) => climb(settings({ rule: { hook, port } })).outcome === 'dropped')
    expect(closes(30080)).toEqual(['raw PREROUTING', 'mangle PREROUTING'])
    expect(closes(8080)).toEqual(['filter FORWARD'])
  })
  it('leaves the counter of a rule at 0 where the packet never comes or looks different', () => {
    expect(at(climb(settings({ rule: { hook: 'filter INPUT', port: 30080 } })), 'filter INPUT')?.counted).toBe(0)
    expect(at(climb(settings({ rule: { hook: 'filter FORWARD', port: 30080 } })), 'filter FORWARD')?.counted).toBe(0)
    expect(at(climb(settings({ rule: { hook: 'raw PREROUTING', port: 30080 } })), 'raw PREROUTING')?.counted).toBe(1)
  })
  it('ends at the route when the way back leads over another card: translated, and never in FORWARD', () => {
    const ladder = climb(settings({ otherCard: true }))
    expect(ladder.outcome).toBe('dropped')
    expect(at(ladder, 'nat PREROUTING')?.did).toBe('translated')
    expect(at(ladder, 'route')?.did).toBe('reverse-path')
    expect(at(ladder, 'filter FORWARD')?.did).toBe('never')
  })
})
