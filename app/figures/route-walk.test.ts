import { describe, expect, it } from 'vitest'
import { inPrefix, lookUp, type RouterNode, walk } from './route-walk.ts'

const node = (name: string, n: number, pods: Record<string, string>, change: Partial<RouterNode> = {}): RouterNode => ({
  name,
  address: `172.18.0.${n + 2}`,
  ipForward: true,
  pods,
  routes: [
    { to: 'default', via: '172.18.0.1', dev: 'eth0' },
    ...[0, 1, 2].filter((m) => m !== n).map((m) => ({ to: `10.244.${m}.0/24`, via: `172.18.0.${m + 2}`, dev: 'eth0' })),
    ...Object.entries(pods).map(([pod, ip]) => ({ to: `${ip}/32`, dev: `veth-${pod}` })),
  ],
  ...change,
})
const cluster = (change: Record<string, Partial<RouterNode>> = {}) => [
  node('control-plane', 0, {}, change['control-plane']),
  node('worker', 1, { client: '10.244.1.2' }, change.worker),
  node('worker2', 2, { web: '10.244.2.2' }, change.worker2),
]
const there = (nodes: RouterNode[]) => walk(nodes, { pod: 'client', node: 'worker' }, '10.244.2.2')
const last = (w: ReturnType<typeof walk>) => w.hops.at(-1)

describe('walk', () => {
  it('crosses two nodes', () => {
    const w = there(cluster())
    expect(w.arrived).toBe(true)
    expect(w.hops.map((h) => h.at)).toEqual(['client', 'worker', 'worker2', 'web'])
  })
  it('stops where forwarding is off, on either side', () => {
    expect(last(there(cluster({ worker: { ipForward: false } })))).toMatchObject({ at: 'worker', dropped: true })
    expect(last(there(cluster({ worker2: { ipForward: false } })))).toMatchObject({ at: 'worker2', dropped: true })
  })
  it('follows the default route into nowhere when the pod route is gone', () => {
    const routes = node('worker', 1, { client: '10.244.1.2' }).routes.filter((r) => r.to !== '10.244.2.0/24')
    expect(last(there(cluster({ worker: { routes } })))).toMatchObject({ at: '172.18.0.1', dropped: true })
  })
  it('arrives through a third node: every node is a router', () => {
    const routes = node('worker', 1, { client: '10.244.1.2' }).routes.map((r) =>
      r.to === '10.244.2.0/24' ? { ...r, via: '172.18.0.2' } : r,
    )
    expect(there(cluster({ worker: { routes } })).hops.map((h) => h.at)).toEqual(['client', 'worker', 'control-plane', 'worker2', 'web'])
  })
  it('sees a circle', () => {
    const back = node('worker2', 2, {})
      .routes.filter((r) => !r.to.startsWith('10.244.2.'))
      .concat({ to: '10.244.2.0/24', via: '172.18.0.3', dev: 'eth0' })
    expect(last(there(cluster({ worker2: { routes: back, pods: {} } })))?.did).toMatch(/circle/)
  })
  it('delivers to a node even when that node forwards nothing', () => {
    expect(walk(cluster({ worker2: { ipForward: false } }), { pod: 'client', node: 'worker' }, '172.18.0.4').arrived).toBe(false)
    const routed = cluster({ worker2: { ipForward: false } })
    routed[1]?.routes.push({ to: '172.18.0.4/32', via: '172.18.0.4', dev: 'eth0' })
    expect(walk(routed, { pod: 'client', node: 'worker' }, '172.18.0.4').arrived).toBe(true)
  })
})

describe('lookUp', () => {
  it('takes the longest prefix', () => {
    expect(
      lookUp(
        [
          { to: 'default', dev: 'a' },
          { to: '10.0.0.0/8', dev: 'b' },
          { to: '10.244.2.0/24', dev: 'c' },
        ],
        '10.244.2.9',
      )?.dev,
    ).toBe('c')
    expect(inPrefix('10.244.3.1', '10.244.2.0/24')).toBe(false)
    expect(inPrefix('10.244.3.1', '10.244.2.0/23')).toBe(true)
  })
})
