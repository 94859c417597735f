import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { KubeObject } from '../api/store.ts'
import { renderIptables } from '../proxy/render.ts'
import { setReady, startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
beforeEach(async () => {
  cluster = startTestCluster({ slowToStop: true })
  cluster.deploy('web')
  cluster.service('web', { app: 'web' })
  await cluster.settle()
})
afterEach(() => cluster.stop())

const slice = (name = 'web'): KubeObject => {
  const all = cluster.slices(name)
  expect(all).toHaveLength(1)
  return all[0] as KubeObject
}
const addresses = (name = 'web'): string[] => (slice(name).endpoints ?? []).map((e: { addresses: string[] }) => e.addresses[0])
const podAddresses = (app = 'web'): string[] => cluster.pods(app).map((p) => p.status.podIP)
const endpoints = (name = 'web') => cluster.store.get('endpoints', 'default', name)
const rules = (): string =>
  renderIptables({
    services: cluster.store.list('services'),
    endpointSlices: cluster.store.list('endpointslices'),
    node: { name: 'worker', ip: '172.18.0.3' },
    clusterCIDR: '10.244.0.0/16',
  })

test('a Service has one slice and one Endpoints object with its ready pods', () => {
  expect(slice().metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  expect(slice().metadata.labels).toEqual({
    'kubernetes.io/service-name': 'web',
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  })
  expect(addresses().sort()).toEqual(podAddresses().sort())
  const [pod] = cluster.pods('web') as [KubeObject]
  expect(slice().endpoints.find((e: { targetRef: { name: string } }) => e.targetRef.name === pod.metadata.name)).toEqual({
    addresses: [pod.status.podIP],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: pod.spec.nodeName,
    targetRef: { kind: 'Pod', namespace: 'default', name: pod.metadata.name, uid: pod.metadata.uid },
  })
  expect(slice().ports).toEqual([{ name: '', port: 8080, protocol: 'TCP' }])
  expect(endpoints()?.subsets[0].addresses).toHaveLength(2)
  expect(endpoints()?.subsets[0].ports).toEqual([{ port: 8080, protocol: 'TCP' }])
})

describe('sd-selector-typo', () => {
  const select = (app: string): void =>
    void cluster.store.mutate('services', 'default', 'web', (d) => Object.assign(d.spec, { selector: { app } }))

  test('a selector that matches nothing empties the same slice, and the rules refuse', async () => {
    const { name } = slice().metadata
    const before = rules()
    expect(before).not.toContain('has no endpoints')
    select('wbe')
    await cluster.settle()
    expect(slice().metadata.name).toBe(name)
    expect(slice().endpoints ?? []).toEqual([])
    expect(endpoints()?.subsets).toBeUndefined()
    const service = cluster.store.get('services', 'default', 'web') as KubeObject
    expect(rules()).toContain(
      `-A KUBE-SERVICES -m comment --comment "default/web has no endpoints" -m tcp -p tcp -d ${service.spec.clusterIP} --dport 80 -j REJECT`,
    )
    select('web')
    await cluster.settle()
    expect(rules()).toBe(before)
  })

  test('relabelling the pod template fixes it too', async () => {
    select('wbe')
    await cluster.settle()
    cluster.store.mutate('deployments', 'default', 'web', (d) =>
      Object.assign(d.spec.template.metadata, { labels: { app: 'web', tier: 'x' } }),
    )
    cluster.store.mutate('services', 'default', 'web', (d) => Object.assign(d.spec, { selector: { tier: 'x' } }))
    await cluster.settle()
    // Old pods terminate but carry no such label.
    expect(addresses()).toHaveLength(2)
  })
})

test('a pod that is not ready leaves rotation but stays listed', async () => {
  setReady(cluster.store, cluster.pods('web')[0] as KubeObject, false)
  await cluster.settle()
  expect(
    slice()
      .endpoints.map((e: { conditions: { ready: boolean } }) => e.conditions.ready)
      .sort(),
  ).toEqual([false, true])
  expect(endpoints()?.subsets[0]).toMatchObject({ addresses: [{}], notReadyAddresses: [{}] })
})

test('a terminating pod that still serves is marked, and gone when it is gone', async () => {
  const [pod] = cluster.pods('web') as [KubeObject]
  cluster.store.delete('pods', 'default', pod.metadata.name)
  await cluster.settle()
  const conditions = slice().endpoints.find((e: { addresses: string[] }) => e.addresses[0] === pod.status.podIP).conditions
  expect(conditions).toEqual({ ready: false, serving: true, terminating: true })
  expect(JSON.stringify(endpoints()?.subsets)).not.toContain(`"${pod.status.podIP}"`)
  cluster.store.delete('pods', 'default', pod.metadata.name, { gracePeriodSeconds: 0 })
  await cluster.settle()
  expect(addresses()).not.toContain(pod.status.podIP)
})

test('named target ports are looked up in each pod; headless Services say so', async () => {
  cluster.service('named', { app: 'web' }, { clusterIP: 'None', ports: [{ name: 'web', port: 80, targetPort: 'http' }] })
  await cluster.settle()
  expect(slice('named').ports).toEqual([{ name: 'web', port: 8080, protocol: 'TCP' }])
  expect(slice('named').metadata.labels).toHaveProperty(['service.kubernetes.io/headless'], '')
})

test('publishNotReadyAddresses makes every pod count as ready', async () => {
  cluster.service('early', { app: 'web' }, { publishNotReadyAddresses: true })
  setReady(cluster.store, cluster.pods('web')[0] as KubeObject, false)
  await cluster.settle()
  expect(slice('early').endpoints.map((e: { conditions: object }) => e.conditions)).toEqual(
    expect.arrayContaining([{ ready: true, serving: false, terminating: false }]),
  )
})

test('a Service without selector is left to whoever writes its slices', async () => {
  cluster.service('external', undefined)
  cluster.store.create('endpointslices', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'external-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'external' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['172.18.0.60'] }],
    ports: [{ port: 5432 }],
  })
  await cluster.settle()
  expect(addresses('external')).toEqual(['172.18.0.60'])
})

test('a slice that somebody edits is put right, and one that is deleted comes back', async () => {
  const { name } = slice().metadata
  cluster.store.mutate('endpointslices', 'default', name, (d) => Object.assign(d, { endpoints: [{ addresses: ['10.9.9.9'] }] }))
  await cluster.settle()
  expect(addresses().sort()).toEqual(podAddresses().sort())
  cluster.store.delete('endpointslices', 'default', name)
  await cluster.settle()
  expect(addresses().sort()).toEqual(podAddresses().sort())
})

test('a deleted Service takes its slices and Endpoints with it', async () => {
  cluster.store.delete('services', 'default', 'web')
  await cluster.settle()
  expect(cluster.slices('web')).toEqual([])
  expect(endpoints()).toBeUndefined()
})
