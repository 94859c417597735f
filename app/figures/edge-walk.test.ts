import { describe, expect, it } from 'vitest'
import { edgeWalk } from './edge-walk.ts'

const seen = (...args: Parameters<typeof edgeWalk>) => {
  const walk = edgeWalk(...args)
  return walk.answers && `${walk.answers} sees ${walk.stages.at(-1)?.source}`
}

describe('edgeWalk', () => {
  it('shows a Pod to Pods, and its node to the world', () => {
    expect(seen('client', 'pod', false)).toBe('stock sees 10.244.1.2')
    expect(seen('client', 'clusterIP', false)).toBe('stock sees 10.244.1.2')
    expect(seen('client', 'partner', false)).toBe('partner sees 172.18.0.3')
  })
  it('leaves a caller outside with one door', () => {
    expect(seen('partner', 'pod', false)).toBeUndefined()
    expect(seen('partner', 'clusterIP', false)).toBeUndefined()
    expect(seen('partner', 'nodePort', false)).toBe('stock sees 172.18.0.3')
  })
  it('has no guard on the doors that nobody shows to strangers', () => {
    expect(seen('partner', 'pod', true)).toBe('stock sees 172.18.0.100')
    expect(seen('partner', 'clusterIP', true)).toBe('stock sees 172.18.0.3')
  })
  it('says which machine rewrote what', () => {
    expect(edgeWalk('partner', 'nodePort', false).stages.map((s) => s.rewrote)).toEqual([undefined, 'both', undefined])
    expect(edgeWalk('client', 'clusterIP', false).stages.map((s) => s.rewrote)).toEqual([undefined, 'destination', undefined])
    expect(edgeWalk('client', 'partner', false).stages.map((s) => s.at)).toEqual(['client', 'worker'])
  })
})
