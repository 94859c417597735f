import { describe, expect, it } from 'vitest'
import { droppers, followPacket, suspects, ways } from './packet-path.ts'

describe('followPacket', () => {
  it('shows tcpdump on the way in what tc and iptables drop, and nothing of what XDP drops', () => {
    const shown = droppers.map((dropper) => followPacket('in', dropper).seen.worker)
    expect(shown).toEqual([false, true, true, true])
  })
  it('hides from tcpdump on the way out what tc and iptables drop', () => {
    const shown = droppers.map((dropper) => followPacket('out', dropper).seen.worker)
    expect(shown).toEqual([true, false, false, true])
  })
  it('never asks XDP about what goes out', () => {
    const { steps, arrives } = followPacket('out', 'xdp')
    expect(steps.map(({ place }) => place)).not.toContain('xdp')
    expect(arrives).toBe(true)
  })
  it('asks nobody behind the place of the drop', () => {
    expect(followPacket('in', 'tc').steps.map(({ did }) => did)).toEqual(['passes', 'passes', 'copies', 'drops', 'never', 'never'])
  })
  it('shows the other end all that it sent, and of what it should get only what arrived', () => {
    for (const dropper of droppers) {
      expect(followPacket('in', dropper).seen.peer).toBe(true)
      expect(followPacket('out', dropper).seen.peer).toBe(followPacket('out', dropper).arrives)
    }
  })
})

describe('suspects', () => {
  it('hold the guilty one', () => {
    for (const way of ways)
      for (const dropper of droppers) {
        const { arrives, seen } = followPacket(way, dropper)
        if (!arrives) expect(suspects(way, seen)).toContain(dropper)
      }
  })
  it('are XDP alone when the sender shows a packet and the receiver does not', () => {
    expect(suspects('in', { worker: false, peer: true })).toEqual(['xdp'])
  })
  it('are tc and iptables when the receiver shows it', () => {
    expect(suspects('in', { worker: true, peer: true })).toEqual(['tc', 'iptables'])
  })
})
