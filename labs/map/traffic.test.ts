import { expect, test } from 'vitest'
import type { Counters } from './place-report.ts'
import { flowsBetween, type Reading } from './traffic.ts'

const counters = (rxBytes: number, rxPackets: number, txBytes = 0, txPackets = 0): Counters => ({ rxBytes, rxPackets, txBytes, txPackets })
const reading = (at: number, seen: Record<string, Counters>): Reading => ({ at, counters: new Map(Object.entries(seen)) })

test('what was carried, per second', () => {
  const flows = flowsBetween('node/worker', reading(0, { eth0: counters(100, 1) }), reading(2000, { eth0: counters(2100, 5, 600, 2) }))
  expect(flows).toEqual([{ place: 'node/worker', interface: 'eth0', rxBytes: 1000, rxPackets: 2, txBytes: 300, txPackets: 1 }])
})

test('a single packet in more than a second is still one', () => {
  const [flow] = flowsBetween('laptop', reading(0, { eth0: counters(0, 0) }), reading(1300, { eth0: counters(42, 1) }))
  expect(flow).toMatchObject({ rxPackets: 1, txPackets: 0 })
})

test('an interface that was silent, is new, or was made again, is not named', () => {
  const before = reading(0, { quiet: counters(5, 5), again: counters(900, 9) })
  const after = reading(1000, { quiet: counters(5, 5), again: counters(10, 1), young: counters(10, 1) })
  expect(flowsBetween('laptop', before, after)).toEqual([])
})
