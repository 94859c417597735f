import { describe, expect, it } from 'vitest'
import { appUids, callThroughSidecar, type InterceptionSettings, proxies } from './interception.ts'

const call = (change: Partial<InterceptionSettings> = {}) =>
  callThroughSidecar({ target: 'prices', app: 0, proxy: 'mesh', excluded: false, ...change })
const deciding = (change: Partial<InterceptionSettings>, connection: number) =>
  call(change)
    .connections[connection]?.steps.filter(({ taken }) => taken)
    .at(-1)?.rule

describe('callThroughSidecar', () => {
  it('is two connections, of which the second passes by the proxy’s id', () => {
    const { connections, end } = call()
    expect(connections.map(({ by, to, turned }) => [by, to, turned])).toEqual([
      ['app', '10.96.40.30:80', 15001],
      ['proxy', '10.244.2.2:8080', undefined],
    ])
    expect(end).toBe('mutual')
    expect(deciding({}, 1)).toBe('-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN')
    expect(call({ target: 'bank' }).end).toBe('passed')
  })
  it('comes back for ever when the proxy is root, whatever it calls outside', () => {
    expect(call({ proxy: 'root' })).toMatchObject({ end: 'loop', connections: [{ turned: 15001 }, { turned: 15001 }, { turned: 15001 }] })
    expect(call({ proxy: 'root', target: 'bank' }).end).toBe('loop')
  })
  it('passes by the group alone, and by any id that the Pod asks for', () => {
    expect(call({ proxy: 'group' }).end).toBe('mutual')
    expect(deciding({ proxy: 'group' }, 1)).toBe('-A ISTIO_OUTPUT -m owner --gid-owner 1337 -j RETURN')
    expect(deciding({ proxy: 'other' }, 1)).toBe('-A ISTIO_OUTPUT -m owner --uid-owner 20017 -j RETURN')
  })
  it('takes an app with the proxy’s id for the proxy', () => {
    expect(call({ app: 1337 }).end).toBe('plain')
    expect(call({ app: 1337, target: 'bank' }).end).toBe('unseen')
    expect(call({ app: 1337, target: 'itself' }).end).toBe('inside')
    // 1337 is nobody special where the proxy is another
    expect(call({ app: 1337, proxy: 'other' }).end).toBe('mutual')
  })
  it('goes past the sidecar on an excluded port, so nothing loops and nothing is encrypted', () =>
    expect(call({ proxy: 'root', excluded: true }).end).toBe('plain'))
  it('never asks the sidecar on the way to the Pod itself', () => {
    for (const app of appUids)
      for (const proxy of Object.keys(proxies) as (keyof typeof proxies)[])
        expect(['direct', 'inside']).toContain(call({ target: 'itself', app, proxy }).end)
  })
})
