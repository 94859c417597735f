import { describe, expect, it } from 'vitest'
import { hintsFor } from './traffic-hints.ts'

const here = { ready: true, nodeName: 'worker', zone: 'north' }

describe('hintsFor', () => {
  it('names the node, and the zone for those who have nothing on their node', () => {
    expect(hintsFor('PreferSameNode', here)).toEqual({ forNodes: [{ name: 'worker' }], forZones: [{ name: 'north' }] })
    expect(hintsFor('PreferSameNode', { ready: true, nodeName: 'worker' })).toEqual({ forNodes: [{ name: 'worker' }] })
  })
  it('names the zone under both names of that wish', () => {
    for (const wish of ['PreferSameZone', 'PreferClose']) expect(hintsFor(wish, here)).toEqual({ forZones: [{ name: 'north' }] })
    expect(hintsFor('PreferSameZone', { ready: true, nodeName: 'worker' })).toBeUndefined()
  })
  it('says nothing without a wish, and of an endpoint that is not ready', () => {
    expect(hintsFor(undefined, here)).toBeUndefined()
    expect(hintsFor('PreferSameNode', { ...here, ready: false })).toBeUndefined()
  })
})
