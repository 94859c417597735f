import { describe, expect, it } from 'vitest'
import { calls, leave, type WayOutFault, wayOutFaults } from './way-out.ts'

const answers = (fault: WayOutFault) => calls.map((call) => leave(call, fault).answered)

describe('leave', () => {
  it('shows one packet under three sources, and lets it be answered', () => {
    const way = leave({ from: 'pod', port: 443 }, 'none')
    expect(Object.values(way.seen)).toEqual(['10.244.1.2', '172.18.0.3', '172.18.0.3', '172.18.0.90'])
    expect(answers('none')).toEqual([true, true, true, true])
  })
  it('fails for Pods alone when the fault is theirs', () => {
    for (const fault of ['policy', 'rule', 'masquerade'] as const) expect(answers(fault)).toEqual([false, false, true, true])
  })
  it('fails for node and Pod, at one port, when the fault is outside', () => expect(answers('gate')).toEqual([true, false, true, false]))
  it('tells the three faults of Pods apart by what leaves eth0 and what reaches gate', () => {
    const shown = (['policy', 'rule', 'masquerade'] as const).map((fault) => JSON.stringify(leave({ from: 'pod', port: 80 }, fault).seen))
    expect(new Set(shown).size).toBe(3)
    expect(leave({ from: 'pod', port: 80 }, 'masquerade').seen['worker-eth0']).toBe('10.244.1.2')
    expect(leave({ from: 'pod', port: 80 }, 'rule').seen).toMatchObject({ 'worker-eth0': '172.18.0.3', 'gate-in': undefined })
  })
  it('never shows a packet behind the place where it ended', () => {
    for (const fault of wayOutFaults)
      for (const call of calls) {
        const shown = Object.values(leave(call, fault).seen).map((s) => s !== undefined)
        const last = shown.lastIndexOf(true)
        expect(shown.slice(call.from === 'pod' ? 0 : 1, last + 1)).not.toContain(false)
      }
  })
})
