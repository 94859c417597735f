import { describe, expect, it } from 'vitest'
import { callService, entries, type SocketSettings } from './socket-path.ts'

const call = (change: Partial<SocketSettings> = {}) => callService({ call: 'connect', pod: 'old', entry: 'old', rules: true, ...change })

describe('callService', () => {
  it('has the Pod in the socket and in the packet, and no rule is asked', () => {
    expect(call()).toEqual({
      asked: '10.96.40.10:80',
      socket: '10.244.1.3:8080',
      packet: '10.244.1.3:8080',
      leaves: '10.244.1.3:8080',
      counted: 0,
      end: 'answers',
    })
  })
  it('goes on to the old Pod when the map was not told, with rules and without', () => {
    for (const rules of [true, false])
      expect(call({ pod: 'young', rules })).toMatchObject({ leaves: '10.244.1.3:8080', counted: 0, end: 'stale' })
  })
  it('is translated by the rules of kube-proxy when the map has no entry', () => {
    expect(call({ pod: 'young', entry: 'none' })).toMatchObject({
      socket: '10.96.40.10:80',
      packet: '10.96.40.10:80',
      leaves: '10.244.1.4:8080',
      counted: 1,
      end: 'answers',
    })
  })
  it('comes to nobody with neither', () =>
    expect(call({ entry: 'none', rules: false })).toMatchObject({ leaves: '10.96.40.10:80', end: 'nobody' }))
  it('is not for pings, whatever the map says', () => {
    for (const entry of entries)
      expect(call({ call: 'ping', entry })).toMatchObject({ socket: undefined, leaves: '10.96.40.10', end: 'nobody' })
  })
})
