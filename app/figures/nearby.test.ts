import { describe, expect, it } from 'vitest'
import { hintsFor } from '../../labs/cluster/controllers/traffic-hints.ts'
import { hintsOf, type NearbySettings, nearby, rulesRead, wishes, zones } from './nearby.ts'

const from = (change: Partial<NearbySettings>) => {
  const { gets, end } = nearby({ wish: 'none', caller: 'worker2', pods: ['control-plane', 'worker', 'worker2'], ...change })
  return end === 'served' ? gets.map(({ node }) => node) : end
}

describe('nearby', () => {
  it('deals to all without a wish', () => expect(from({})).toEqual(['control-plane', 'worker', 'worker2']))
  it('stays on the node while it can, and then differs', () => {
    for (const wish of ['Local', 'PreferSameNode'] as const) expect(from({ wish })).toEqual(['worker2'])
    const pods = ['control-plane', 'worker'] as const
    expect(from({ wish: 'Local', pods })).toBe('dropped')
    expect(from({ wish: 'PreferSameNode', pods })).toEqual(['worker'])
    expect(from({ wish: 'PreferSameNode', pods: ['control-plane'] })).toEqual(['control-plane'])
  })
  it('stays in the zone while it can', () => {
    expect(from({ wish: 'PreferSameZone' })).toEqual(['worker', 'worker2'])
    expect(from({ wish: 'PreferSameZone', pods: ['control-plane'] })).toEqual(['control-plane'])
  })
  it('hints as the cluster does', () => {
    for (const wish of wishes)
      expect(hintsOf(wish, 'worker')).toEqual(hintsFor(wish, { ready: true, nodeName: 'worker', zone: zones.worker }))
  })
  it('refuses when there is no Pod anywhere', () => {
    for (const wish of ['none', 'Local', 'PreferSameNode'] as const) expect(from({ wish, pods: [] })).toBe('refused')
  })
})

describe('rulesRead', () => {
  it('grows with the Services', () => {
    expect(rulesRead(500) - rulesRead(1)).toBe(499)
  })
})
