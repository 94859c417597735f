import { describe, expect, it } from 'vitest'
import { frameWalk } from './frame-walk.ts'

const hops = (...args: Parameters<typeof frameWalk>) => frameWalk(...args).frames.map((f) => `${f.from} asks ${f.asked}: ${f.to}`)

describe('frameWalk', () => {
  it('asks the node for everything where a Pod has a link of its own', () => {
    expect(hops('links', '10.244.1.3')).toEqual(['client asks 10.244.1.1: worker', 'worker asks 10.244.1.3: api'])
    expect(hops('links', '10.244.2.2')[0]).toBe('client asks 10.244.1.1: worker')
  })
  it('asks the neighbour itself on a bridge, and the node for all others', () => {
    expect(hops('bridge', '10.244.1.3')).toEqual(['client asks 10.244.1.3: api'])
    expect(hops('bridge', '10.244.2.2')).toEqual([
      'client asks 10.244.1.1: worker',
      'worker asks 172.18.0.4: worker2',
      'worker2 asks 10.244.2.2: web',
    ])
  })
  it('writes new cards into the frame on each wire: what one wire ends with does not go on', () => {
    const { frames, end } = frameWalk('links', '10.244.2.2')
    expect(end).toBe('arrived')
    expect(new Set(frames.flatMap((f) => [f.source, f.destination])).size).toBe(6)
  })
  it('lets nobody answer for an address without an owner, where it is asked for', () => {
    expect(frameWalk('bridge', '10.244.1.99')).toMatchObject({ end: 'nobody', at: 'client' })
    expect(frameWalk('links', '10.244.1.99')).toMatchObject({ end: 'noRoute', at: 'gateway' })
  })
})
