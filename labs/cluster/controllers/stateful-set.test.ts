import { afterEach, beforeEach, expect, test } from 'vitest'
import type { KubeObject } from '../api/store.ts'
import { podTemplate, setReady, startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
beforeEach(() => {
  cluster = startTestCluster({ broken: /broken/ })
})
afterEach(() => cluster.stop())

async function make(spec: Record<string, unknown> = {}): Promise<void> {
  cluster.store.create('statefulsets', {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: 'default' },
    spec: {
      replicas: 3,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: podTemplate({ app: 'db' }, 'nginx:1'),
      ...spec,
    },
  })
  await cluster.settle()
}
const set = (): KubeObject => cluster.store.get('statefulsets', 'default', 'db') as KubeObject
const names = () => cluster.pods('db').map(({ metadata }) => metadata.name)
const images = () => cluster.pods('db').map((pod) => pod.spec.containers[0].image)
async function change(edit: (spec: KubeObject['spec']) => void): Promise<void> {
  cluster.store.mutate('statefulsets', 'default', 'db', (draft) => edit(draft.spec))
  await cluster.settle()
}
const setImage = (image: string) => change((spec) => Object.assign(spec.template.spec.containers[0], { image }))
const pod = (name: string): KubeObject => cluster.store.get('pods', 'default', name) as KubeObject

test('pods have a number, a name in DNS and labels of their own, and are made in order', async () => {
  await make()
  expect(names()).toEqual(['db-0', 'db-1', 'db-2'])
  expect(cluster.messages('StatefulSet', 'db')).toEqual([0, 1, 2].map((ordinal) => `create Pod db-${ordinal} in StatefulSet db successful`))
  const { currentRevision } = set().status
  expect(pod('db-1')).toMatchObject({
    metadata: {
      labels: {
        app: 'db',
        'apps.kubernetes.io/pod-index': '1',
        'controller-revision-hash': currentRevision,
        'statefulset.kubernetes.io/pod-name': 'db-1',
      },
    },
    spec: { hostname: 'db-1', subdomain: 'db' },
  })
  expect(set().status).toEqual({
    availableReplicas: 3,
    collisionCount: 0,
    currentReplicas: 3,
    currentRevision,
    observedGeneration: 1,
    readyReplicas: 3,
    replicas: 3,
    updateRevision: currentRevision,
    updatedReplicas: 3,
  })
  expect(cluster.warnings).toEqual([])
})

test('one that does not become ready holds up those after it, unless the policy is Parallel', async () => {
  await make({ template: podTemplate({ app: 'db' }, 'broken') })
  expect(names()).toEqual(['db-0'])
  setReady(cluster.store, pod('db-0'), true)
  await cluster.settle()
  expect(names()).toEqual(['db-0', 'db-1'])
  cluster.store.delete('statefulsets', 'default', 'db')
  await cluster.settle()
  expect(names()).toEqual([])
  await make({ podManagementPolicy: 'Parallel', template: podTemplate({ app: 'db' }, 'broken') })
  expect(names()).toEqual(['db-0', 'db-1', 'db-2'])
})

test('a deleted pod comes back under its name; fewer replicas take the highest numbers away; numbers may start elsewhere', async () => {
  await make()
  const was = pod('db-1').metadata.uid
  cluster.store.delete('pods', 'default', 'db-1')
  await cluster.settle()
  expect(pod('db-1').metadata.uid).not.toBe(was)
  await change((spec) => Object.assign(spec, { replicas: 1 }))
  expect(names()).toEqual(['db-0'])
  await change((spec) => Object.assign(spec, { replicas: 2, ordinals: { start: 5 } }))
  expect(names()).toEqual(['db-5', 'db-6'])
})

test('an update goes from the highest number down, and a broken one stops there until its pod is deleted', async () => {
  await make()
  const before = set().status.currentRevision
  await setImage('broken')
  expect(images()).toEqual(['nginx:1', 'nginx:1', 'broken'])
  expect(set().status).toMatchObject({ currentRevision: before, currentReplicas: 2, updatedReplicas: 1, readyReplicas: 2 })
  await setImage('nginx:2')
  // as upstream: it waits for the broken one to become ready
  expect(images()).toEqual(['nginx:1', 'nginx:1', 'broken'])
  cluster.store.delete('pods', 'default', 'db-2')
  await cluster.settle()
  expect(images()).toEqual(['nginx:2', 'nginx:2', 'nginx:2'])
  expect(set().status.currentRevision).toBe(set().status.updateRevision)
  expect(set().status.currentRevision).not.toBe(before)
})

test('pods below the partition stay, and come back, as they were', async () => {
  await make()
  await change((spec) => {
    spec.updateStrategy.rollingUpdate.partition = 2
    spec.template.spec.containers[0].image = 'nginx:2'
  })
  expect(images()).toEqual(['nginx:1', 'nginx:1', 'nginx:2'])
  cluster.store.delete('pods', 'default', 'db-0')
  await cluster.settle()
  expect(images()).toEqual(['nginx:1', 'nginx:1', 'nginx:2'])
})

test('with OnDelete a pod changes only when somebody deletes it; a failed one is made anew', async () => {
  await make({ updateStrategy: { type: 'OnDelete' } })
  await setImage('nginx:2')
  expect(images()).toEqual(['nginx:1', 'nginx:1', 'nginx:1'])
  cluster.store.mutate('pods', 'default', 'db-1', (draft) => Object.assign(draft.status, { phase: 'Failed' }), { subresource: 'status' })
  await cluster.settle()
  expect(images()).toEqual(['nginx:1', 'nginx:2', 'nginx:1'])
  expect(cluster.messages('StatefulSet', 'db')).toContain('StatefulSet default/db is recreating failed Pod db-1')
})

test('refuses what it cannot do, and changes that upstream forbids', async () => {
  await expect(make({ volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] })).rejects.toThrow('no persistent volumes')
  await expect(make({ podManagementPolicy: 'Random' })).rejects.toThrow("must be 'OrderedReady' or 'Parallel'")
  await make()
  await expect(change((spec) => Object.assign(spec, { serviceName: 'other' }))).rejects.toThrow(
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template'",
  )
})
