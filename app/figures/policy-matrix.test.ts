import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { matrix, type PolicySettings, peerChoices, policiesOf, portChoices, yamlOf } from './policy-matrix.ts'

const settings = (change: Partial<PolicySettings> = {}): PolicySettings => ({
  applied: true,
  peers: 'pods',
  port: '8080',
  second: false,
  ...change,
})
const inside = (s: PolicySettings) =>
  matrix(s)
    .filter((row) => row.service)
    .map((row) => row.caller)
const everybody = ['bank/teller', 'bank/lobby', 'training/teller', 'training/guest']

describe('matrix', () => {
  it('lets everybody in while no policy selects the Pod', () => expect(inside(settings({ applied: false }))).toEqual(everybody))
  it('lets nobody in when a policy selects it and has no rule', () => expect(inside(settings({ peers: 'none' }))).toEqual([]))
  it('means the policy’s own namespace by a podSelector alone', () => expect(inside(settings())).toEqual(['bank/teller']))
  it('turns AND into OR by one dash', () => {
    expect(inside(settings({ peers: 'and' }))).toEqual(['training/teller'])
    expect(inside(settings({ peers: 'or' }))).toEqual(['bank/teller', 'training/teller', 'training/guest'])
  })
  it('adds a second policy to the first', () => expect(inside(settings({ second: true }))).toEqual(['bank/teller', 'bank/lobby']))
  it('sees the port of the Pod, and all of them where none is named', () => {
    expect(inside(settings({ port: '80' }))).toEqual([])
    expect(matrix(settings({ port: 'all' }))[0]).toEqual({ caller: 'bank/teller', service: true, admin: true })
    expect(matrix(settings())[0]?.admin).toBe(false)
  })
})

describe('yamlOf', () => {
  it('is the policy that is judged', () => {
    for (const peers of peerChoices)
      for (const port of portChoices) {
        const s = settings({ peers, port })
        expect((parse(yamlOf(s)) as { ingress: unknown }).ingress).toEqual(policiesOf(s)[0]?.spec?.ingress)
      }
  })
})
