import { afterEach, beforeEach, expect, test } from 'vitest'
import type { KubeObject } from '../api/store.ts'
import { patience } from './taint-eviction.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
beforeEach(async () => {
  cluster = startTestCluster({ slowToStop: true })
  for (const { metadata } of cluster.store.list('nodes')) {
    const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }]
    cluster.store.mutate('nodes', undefined, metadata.name, (node) => Object.assign(node, { status: { conditions } }), {
      subresource: 'status',
    })
    cluster.store.create('leases', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: metadata.name, namespace: 'kube-node-lease' },
      spec: { holderIdentity: metadata.name, renewTime: '2026-01-01T00:00:00.000000Z' },
    })
  }
  cluster.deploy('web', { replicas: 4 })
  cluster.service('web', { app: 'web' })
  await cluster.settle()
})
afterEach(() => cluster.stop())

const node = (name: string): KubeObject => cluster.store.get('nodes', undefined, name) as KubeObject
const taints = (name: string) =>
  (node(name).spec.taints ?? []).map(({ key, effect }: { key: string; effect: string }) => `${key}:${effect}`)
const on = (name: string) => cluster.pods('web').filter(({ spec }) => spec.nodeName === name)
const leaving = () => cluster.pods('web').filter(({ metadata }) => metadata.deletionTimestamp)
let renewals = 0
/** Time goes by, and these nodes renew their leases all the while. */
async function live(seconds: number, alive: string[]): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 5) {
    for (const name of alive)
      cluster.store.mutate('leases', 'kube-node-lease', name, (lease) => Object.assign(lease.spec, { renewTime: `renewal ${++renewals}` }))
    await cluster.clock.advance(5_000)
    await cluster.settle()
  }
}

test('a node that is not heard of is Unknown after 50 s, its pods leave the endpoints at once and are evicted after 300 s', async () => {
  await live(45, ['control-plane', 'worker'])
  expect(taints('worker2')).toEqual([])
  await live(20, ['control-plane', 'worker'])
  expect(node('worker2').status.conditions).toMatchObject([
    { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' },
  ])
  expect(taints('worker2')).toEqual(['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute'])
  expect(cluster.messages('Node', 'worker2')).toContain('Node worker2 status is now: NodeNotReady')
  const lost = on('worker2')
  expect(lost).toHaveLength(2)
  expect(cluster.messages('Pod', lost[0]?.metadata.name as string)).toContain('Node is not ready')
  const ready = cluster.slices('web').flatMap(({ endpoints }) => endpoints.filter((e: KubeObject['spec']) => e.conditions.ready))
  expect(ready.map((e) => e.nodeName)).toEqual(['worker', 'worker'])
  expect(leaving()).toEqual([])
  await live(290, ['control-plane', 'worker'])
  expect(leaving()).toHaveLength(0)
  await live(10, ['control-plane', 'worker'])
  expect(leaving().map(({ spec }) => spec.nodeName)).toEqual(['worker2', 'worker2'])
  // others take their place where there is a node
  expect(on('worker')).toHaveLength(4)
  expect(cluster.messages('Pod', lost[0]?.metadata.name as string)).toContain(`Marking for deletion Pod default/${lost[0]?.metadata.name}`)
})

test('a node that comes back in time keeps its pods', async () => {
  await live(60, ['control-plane', 'worker'])
  expect(taints('worker2')).toHaveLength(2)
  cluster.store.mutate('nodes', undefined, 'worker2', (draft) => Object.assign(draft.status.conditions[0], { status: 'True' }), {
    subresource: 'status',
  })
  await live(400, ['control-plane', 'worker', 'worker2'])
  expect(taints('worker2')).toEqual([])
  expect(leaving()).toEqual([])
  expect(cluster.messages('Pod', on('worker2')[0]?.metadata.name as string).at(-1)).toMatch(/^Cancelling deletion of Pod default\/web-/)
})

test('a node without a network is tainted, and a cordon stays beside it', async () => {
  const change = (status: string) =>
    cluster.store.mutate('nodes', undefined, 'worker', (draft) => Object.assign(draft.status.conditions[0], { status }), {
      subresource: 'status',
    })
  cluster.store.mutate('nodes', undefined, 'worker', (draft) => Object.assign(draft.spec, { unschedulable: true }))
  change('False')
  expect(taints('worker').sort()).toEqual(
    ['not-ready:NoExecute', 'not-ready:NoSchedule', 'unschedulable:NoSchedule'].map((taint) => `node.kubernetes.io/${taint}`),
  )
  change('True')
  expect(taints('worker')).toEqual(['node.kubernetes.io/unschedulable:NoSchedule'])
})

test('a taint by hand drives out at once who does not tolerate it', async () => {
  cluster.store.mutate('nodes', undefined, 'worker', (draft) =>
    Object.assign(draft.spec, { taints: [{ key: 'dedicated', value: 'db', effect: 'NoExecute' }] }),
  )
  await cluster.clock.advance(1)
  expect(leaving().map(({ spec }) => spec.nodeName)).toEqual(['worker', 'worker'])
})

test('patience is the shortest of what is tolerated, and none where one is not', () => {
  const taint = (key: string) => ({ key, effect: 'NoExecute' })
  const tolerating = (key: string, tolerationSeconds?: number) => ({
    key,
    operator: 'Exists',
    ...(tolerationSeconds ? { tolerationSeconds } : {}),
  })
  expect(patience([], [taint('a')])).toBe(0)
  expect(patience([tolerating('a')], [taint('a')])).toBe(Infinity)
  expect(patience([tolerating('a', 300), tolerating('b', 60)], [taint('a'), taint('b')])).toBe(60_000)
  expect(patience([tolerating('a', 300)], [taint('a'), taint('b')])).toBe(0)
  expect(patience([], [{ key: 'a', effect: 'NoSchedule' }])).toBe(Infinity)
})
