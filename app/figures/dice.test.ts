import { describe, expect, it } from 'vitest'
import { type DiceSettings, deal } from './dice.ts'

const settings = (change: Partial<DiceSettings> = {}): DiceSettings => ({
  caller: 'client',
  replicas: 2,
  connections: 400,
  requests: 1,
  late: 0,
  seed: 7,
  ...change,
})
const counts = (change?: Partial<DiceSettings>) => deal(settings(change)).perPod.map((p) => p.connections)

describe('deal', () => {
  it('gives every replica its share of many connections, however many replicas there are', () => {
    for (const replicas of [2, 3, 4])
      for (const n of counts({ replicas, connections: 600 })) expect(Math.abs(n - 600 / replicas)).toBeLessThan(50)
  })
  it('gives one connection to one Pod, with all its requests', () => {
    const { perPod } = deal(settings({ connections: 1, requests: 100, replicas: 3 }))
    expect(perPod.map((p) => p.requests).sort()).toEqual([0, 0, 100])
  })
  it('gives nothing to a replica that came late', () => {
    expect(counts({ late: 1 })[2]).toBe(0)
  })
  it('throws again with another seed, and the same with the same', () => {
    const pods = (seed: number) => deal(settings({ seed, connections: 20 })).flows.map((f) => f.pod)
    expect(pods(1)).toEqual(pods(1))
    expect(pods(1)).not.toEqual(pods(2))
  })
  it('hides a Pod from itself behind the node when the choice is the caller', () => {
    const { flows } = deal(settings({ caller: 'orders', connections: 20 }))
    for (const flow of flows) expect(flow.seen).toBe(flow.pod === flow.from ? '10.244.1.1' : flow.from)
    expect(new Set(flows.map((f) => f.seen)).size).toBe(2)
  })
})
