import { describe, expect, it } from 'vitest'
import { customer, type DoorSettings, doorsIn, percent } from './doors-in.ts'

const through = (change: Partial<DoorSettings> = {}) =>
  doorsIn({ policy: 'Local', pods: { worker: 1, worker2: 1 }, asks: false, ...change })
const shares = (change?: Partial<DoorSettings>) => through(change).pods.map((p) => percent(p.share))

describe('doorsIn', () => {
  it('with Local drops where no Pod is and shows the customer’s address elsewhere', () => {
    expect(through().doors.map((d) => [d.node, d.health, d.does])).toEqual([
      ['control-plane', 503, 'drop'],
      ['worker', 200, 'own'],
      ['worker2', 200, 'own'],
    ])
    expect(percent(through().lost)).toBe('33%')
    expect(through().pods.map((p) => p.sees)).toEqual([[customer], [customer]])
  })
  it('with Cluster serves everybody, under the addresses of nodes', () => {
    const { doors, pods, lost } = through({ policy: 'Cluster' })
    expect(doors.map((d) => [d.health, d.does])).toEqual([
      [undefined, 'any'],
      [undefined, 'any'],
      [undefined, 'any'],
    ])
    expect(pods.map((p) => p.sees)).toEqual([
      ['172.18.0.2', '10.244.1.1', '172.18.0.4'],
      ['172.18.0.2', '172.18.0.3', '10.244.2.1'],
    ])
    expect(percent(lost)).toBe('0%')
  })
  it('loses nobody when the balancer asks first', () => {
    expect(percent(through({ asks: true }).lost)).toBe('0%')
    expect(shares({ asks: true })).toEqual(['50%', '50%'])
  })
  it('deals by node when the policy is Local, by Pod when it is Cluster', () => {
    const pods = { worker: 1, worker2: 3 }
    expect(shares({ pods, asks: true })).toEqual(['50%', '17%', '17%', '17%'])
    expect(shares({ pods, asks: true, policy: 'Cluster' })).toEqual(['25%', '25%', '25%', '25%'])
  })
  it('refuses when there is no Pod anywhere, whatever the policy', () => {
    for (const policy of ['Local', 'Cluster'] as const) {
      const { doors, lost } = through({ policy, pods: { worker: 0, worker2: 0 } })
      expect(doors.map((d) => d.does)).toEqual(['refuse', 'refuse', 'refuse'])
      expect(lost).toBe(1)
    }
  })
  it('has no door left when the balancer asks and nobody says yes', () => {
    const { doors, lost } = through({ pods: { worker: 0, worker2: 0 }, asks: true })
    expect(doors.map((d) => d.sent)).toEqual([0, 0, 0])
    expect(lost).toBe(1)
  })
})
