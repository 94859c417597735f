import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { KubeObject } from '../api/store.ts'
import { byDeletionPreference } from './deletion-preference.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
beforeEach(async () => {
  cluster = startTestCluster()
  cluster.deploy('web')
  await cluster.settle()
})
afterEach(() => cluster.stop())

test('a relabelled pod lives on as an orphan, and is replaced', async () => {
  const [pod] = cluster.pods('web') as [KubeObject]
  cluster.store.mutate('pods', 'default', pod.metadata.name, (d) =>
    Object.assign(d.metadata, { labels: { ...d.metadata.labels, app: 'debug' } }),
  )
  await cluster.settle()
  const orphan = cluster.store.get('pods', 'default', pod.metadata.name)
  expect(orphan?.metadata.ownerReferences).toBeUndefined()
  expect(orphan?.metadata.deletionTimestamp).toBeUndefined()
  expect(cluster.pods('web')).toHaveLength(2)
})

test('an orphan that matches again is adopted, and then one pod is too many', async () => {
  const [pod] = cluster.pods('web') as [KubeObject]
  const relabel = (app: string): void =>
    void cluster.store.mutate('pods', 'default', pod.metadata.name, (d) =>
      Object.assign(d.metadata, { labels: { ...d.metadata.labels, app } }),
    )
  relabel('debug')
  await cluster.settle()
  relabel('web')
  await cluster.settle()
  expect(cluster.pods('web')).toHaveLength(2)
  const rs = cluster.store.list('replicasets')[0] as KubeObject
  for (const left of cluster.pods('web')) expect(left.metadata.ownerReferences?.[0]?.uid).toBe(rs.metadata.uid)
  expect(cluster.messages('ReplicaSet', rs.metadata.name).filter((m) => m.startsWith('Deleted pod: '))).toHaveLength(1)
})

test('a deleted or failed pod is replaced', async () => {
  const [first, second] = cluster.pods('web') as [KubeObject, KubeObject]
  cluster.store.delete('pods', 'default', first.metadata.name)
  cluster.store.mutate('pods', 'default', second.metadata.name, (d) => Object.assign(d.status, { phase: 'Failed' }), {
    subresource: 'status',
  })
  await cluster.settle()
  const running = cluster.pods('web').filter((p) => p.status.phase === 'Running')
  expect(running).toHaveLength(2)
  expect(running.map((p) => p.metadata.uid)).not.toContain(second.metadata.uid)
})

test('minReadySeconds delays availability', async () => {
  cluster.deploy('slow', { minReadySeconds: 10 })
  await cluster.settle()
  const status = () => cluster.store.get('deployments', 'default', 'slow')?.status
  expect(status()).toMatchObject({ readyReplicas: 2, unavailableReplicas: 2 })
  await cluster.clock.advance(10_000)
  await cluster.settle()
  expect(status()).toMatchObject({ readyReplicas: 2, availableReplicas: 2 })
})

describe('when there are too many pods', () => {
  const pod = (
    name: string,
    fields: { node?: string; phase?: string; ready?: boolean; created?: string; cost?: string; restarts?: number },
  ): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: name,
      resourceVersion: '1',
      creationTimestamp: fields.created ?? '2026-01-01T00:00:00Z',
      annotations: fields.cost ? { 'controller.kubernetes.io/pod-deletion-cost': fields.cost } : {},
    },
    spec: { nodeName: fields.node },
    status: {
      phase: fields.phase ?? 'Running',
      conditions: [
        { type: 'Ready', status: fields.ready === false ? 'False' : 'True', lastTransitionTime: fields.created ?? '2026-01-01T00:00:00Z' },
      ],
      containerStatuses: [{ restartCount: fields.restarts ?? 0 }],
    },
  })
  test('the one that loses least goes first', () => {
    const pods = [
      pod('old', { node: 'a' }),
      pod('restarted', { node: 'a', restarts: 3 }),
      pod('young', { node: 'a', created: '2026-01-09T23:59:00Z' }),
      pod('crowded', { node: 'b' }),
      pod('cheap', { node: 'a', cost: '-5' }),
      pod('unready', { node: 'a', ready: false }),
      pod('pending', { node: 'a', phase: 'Pending', ready: false }),
      pod('unscheduled', { phase: 'Pending', ready: false }),
    ]
    const order = [...pods].sort(byDeletionPreference(pods, Date.parse('2026-01-10T00:00:00Z'))).map((p) => p.metadata.name)
    expect(order).toEqual(['unscheduled', 'pending', 'unready', 'cheap', 'young', 'restarted', 'old', 'crowded'])
  })
})
