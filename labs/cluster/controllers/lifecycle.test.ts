// Namespaces, garbage collection, events and what a new cluster contains.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { KubeObject } from '../api/store.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
beforeEach(() => {
  cluster = startTestCluster({ bootstrap: true })
})
afterEach(() => cluster.stop())

const createNamespace = (name: string): KubeObject =>
  cluster.store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

describe('namespaces', () => {
  test('have the default ServiceAccount and the CA, also after somebody deletes them', async () => {
    createNamespace('shop')
    await cluster.settle()
    const check = (): void => {
      expect(cluster.store.get('serviceaccounts', 'shop', 'default')).toBeDefined()
      expect(cluster.store.get('configmaps', 'shop', 'kube-root-ca.crt')?.data).toEqual({ 'ca.crt': 'PEM' })
    }
    check()
    cluster.store.delete('serviceaccounts', 'shop', 'default')
    cluster.store.delete('configmaps', 'shop', 'kube-root-ca.crt')
    await cluster.settle()
    check()
  })

  test('go when everything in them has gone, pods last', async () => {
    createNamespace('shop')
    await cluster.settle()
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }
    cluster.store.create('deployments', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'web' } }, template },
    })
    cluster.store.create('services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    })
    await cluster.settle()
    const seen: string[] = []
    cluster.store.watch('namespaces', ({ type, object }) => {
      if (object.metadata.name === 'shop' && type !== 'ADDED')
        seen.push(`${type} ${object.status.phase}, pods ${cluster.store.list('pods', { namespace: 'shop' }).length}`)
    })
    cluster.store.delete('namespaces', undefined, 'shop')
    await cluster.settle()
    expect(cluster.store.get('namespaces', undefined, 'shop')).toBeUndefined()
    expect(seen[0]).toBe('MODIFIED Terminating, pods 1')
    expect(seen.at(-1)).toBe('DELETED Terminating, pods 0')
    for (const resource of [
      'deployments',
      'replicasets',
      'pods',
      'services',
      'endpointslices',
      'endpoints',
      'configmaps',
      'serviceaccounts',
      'events',
    ]) {
      expect(cluster.store.list(resource, { namespace: 'shop' })).toEqual([])
    }
  })
})

describe('garbage collection', () => {
  const remove = (propagationPolicy: 'Background' | 'Foreground' | 'Orphan'): void =>
    cluster.store.delete('deployments', 'default', 'web', { propagationPolicy })
  beforeEach(async () => {
    cluster.deploy('web')
    await cluster.settle()
  })

  test('in the background takes ReplicaSets and pods after their Deployment', async () => {
    remove('Background')
    expect(cluster.store.get('deployments', 'default', 'web')).toBeUndefined()
    await cluster.settle()
    expect(cluster.store.list('replicasets', { namespace: 'default' })).toEqual([])
    expect(cluster.pods('web')).toEqual([])
  })

  test('in the foreground takes the Deployment last', async () => {
    const order: string[] = []
    for (const resource of ['pods', 'replicasets', 'deployments']) {
      cluster.store.watch(resource, ({ type, object }) => {
        if (type === 'DELETED' && object.metadata.namespace === 'default') order.push(resource)
      })
    }
    remove('Foreground')
    expect(cluster.store.get('deployments', 'default', 'web')?.metadata.deletionTimestamp).toBeDefined()
    await cluster.settle()
    expect(order).toEqual(['pods', 'pods', 'replicasets', 'deployments'])
  })

  test('orphaning leaves the ReplicaSet, and a new Deployment adopts it', async () => {
    remove('Orphan')
    await cluster.settle()
    const [left] = cluster.store.list('replicasets', { namespace: 'default' }) as [KubeObject]
    expect(cluster.store.get('deployments', 'default', 'web')).toBeUndefined()
    expect(left.metadata.ownerReferences).toBeUndefined()
    const pods = cluster.pods('web').map((p) => p.metadata.name)
    const again = cluster.deploy('web')
    await cluster.settle()
    expect(cluster.store.get('replicasets', 'default', left.metadata.name)?.metadata.ownerReferences?.[0]?.uid).toBe(again.metadata.uid)
    expect(cluster.pods('web').map((p) => p.metadata.name)).toEqual(pods)
  })

  test('an object whose owner never existed goes', async () => {
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'ghost', uid: 'no-such-uid' }]
    cluster.store.create('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'child', namespace: 'default', ownerReferences },
    })
    await cluster.settle()
    expect(cluster.store.get('configmaps', 'default', 'child')).toBeUndefined()
  })
})

test('a new cluster has the API service and cluster DNS, placed as on kind', async () => {
  await cluster.settle()
  const { store } = cluster
  expect(store.get('services', 'default', 'kubernetes')?.spec).toMatchObject({
    clusterIP: '10.96.0.1',
    ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
  })
  expect(store.get('endpointslices', 'default', 'kubernetes')?.endpoints).toEqual([
    { addresses: ['172.18.0.2'], conditions: { ready: true } },
  ])
  expect(store.get('endpoints', 'default', 'kubernetes')?.subsets[0].addresses).toEqual([{ ip: '172.18.0.2' }])
  expect(store.get('services', 'kube-system', 'kube-dns')?.spec.clusterIP).toBe('10.96.0.10')
  const dns = store.list('pods', { namespace: 'kube-system', labelSelector: 'k8s-app=kube-dns' })
  expect(dns.map((p) => p.spec.nodeName)).toEqual(['control-plane', 'control-plane'])
  expect(store.get('deployments', 'kube-system', 'coredns')?.status.availableReplicas).toBe(2)
  expect(cluster.slices('kube-dns')[0]?.ports.map((p: { name: string }) => p.name)).toEqual(['dns', 'dns-tcp', 'metrics'])
  expect(cluster.warnings).toEqual([])
})
