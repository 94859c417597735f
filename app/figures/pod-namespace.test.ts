import { describe, expect, it } from 'vitest'
import { type Called, type Caller, type PodSettings, podNamespace } from './pod-namespace.ts'

const start: PodSettings = {
  together: true,
  app: { bind: '0.0.0.0', port: 8080 },
  helper: { bind: '127.0.0.1', port: 9100 },
  declared: false,
}
const answer = (change: Partial<PodSettings>, caller: Caller, called: Called) =>
  podNamespace({ ...start, ...change }).calls.find((c) => c.caller === caller && c.called === called)?.answers

describe('podNamespace', () => {
  it('every address: next door by localhost, others by the address of the Pod', () => {
    expect(podNamespace(start).calls.map((c) => [c.caller, c.called, c.answers])).toEqual([
      ['app', 'localhost', 'app'],
      ['helper', 'localhost', 'app'],
      ['helper', 'pod', 'app'],
      ['client', 'localhost', undefined],
      ['client', 'pod', 'app'],
      ['node', 'localhost', undefined],
      ['node', 'pod', 'app'],
    ])
  })
  it('loopback: for the Pod alone, and the declared port changes nothing', () => {
    for (const declared of [true, false]) {
      const change = { app: { bind: '127.0.0.1', port: 8080 }, declared } as const
      expect(answer(change, 'helper', 'localhost')).toBe('app')
      expect(answer(change, 'helper', 'pod')).toBeUndefined()
      expect(answer(change, 'client', 'pod')).toBeUndefined()
      expect(answer(change, 'node', 'localhost')).toBeUndefined()
    }
  })
  it("the Pod's address: for everybody, and not at localhost", () => {
    const change = { app: { bind: 'pod', port: 8080 } } as const
    expect(answer(change, 'client', 'pod')).toBe('app')
    expect(answer(change, 'helper', 'localhost')).toBeUndefined()
  })
  it('one port space: the second is turned away, unless the two addresses differ', () => {
    const helper = { bind: '127.0.0.1', port: 8080 } as const
    expect(podNamespace({ ...start, helper }).failed).toBe('helper')
    expect(answer({ helper }, 'helper', 'localhost')).toBe('app')
    const apart = { helper, app: { bind: 'pod', port: 8080 } } as const
    expect(podNamespace({ ...start, ...apart }).failed).toBeUndefined()
    expect(answer(apart, 'app', 'localhost')).toBe('helper')
    expect(answer(apart, 'client', 'pod')).toBe('app')
  })
  it('two Pods: two addresses, two port spaces, two localhosts', () => {
    const change = { together: false, helper: { bind: '0.0.0.0', port: 8080 } } as const
    const result = podNamespace({ ...start, ...change })
    expect(result.failed).toBeUndefined()
    expect(result.addresses.app).not.toBe(result.addresses.helper)
    expect(answer(change, 'helper', 'localhost')).toBe('helper')
    expect(answer(change, 'helper', 'pod')).toBe('app')
  })
})
