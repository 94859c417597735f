import { afterEach, beforeEach, expect, test } from 'vitest'
import type { KubeObject } from '../api/store.ts'
import { podTemplate, registerNode, startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
beforeEach(async () => {
  cluster = startTestCluster({ broken: /broken/ })
  cluster.store.create('daemonsets', {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'agent' } }, template: podTemplate({ app: 'agent' }, 'nginx:1') },
  })
  await cluster.settle()
})
afterEach(() => cluster.stop())

const set = (): KubeObject => cluster.store.get('daemonsets', 'default', 'agent') as KubeObject
const nodes = (): string[] =>
  cluster
    .pods('agent')
    .map((pod) => pod.spec.nodeName)
    .sort()
const images = (): string[] =>
  cluster
    .pods('agent')
    .map((pod) => pod.spec.containers[0].image)
    .sort()
const change = (edit: (spec: KubeObject['spec']) => void) => cluster.store.mutate('daemonsets', 'default', 'agent', (d) => edit(d.spec))
const setImage = (image: string) => change((spec) => Object.assign(spec.template.spec.containers[0], { image }))

test('a pod runs on every node without a taint, on new ones too', async () => {
  expect(nodes()).toEqual(['worker', 'worker2'])
  expect(set().status).toEqual({
    currentNumberScheduled: 2,
    desiredNumberScheduled: 2,
    numberMisscheduled: 0,
    numberReady: 2,
    numberAvailable: 2,
    updatedNumberScheduled: 2,
    observedGeneration: 1,
  })
  registerNode(cluster.store, 'worker3')
  await cluster.settle()
  expect(nodes()).toEqual(['worker', 'worker2', 'worker3'])
  expect(cluster.warnings).toEqual([])
})

test('a pod that tolerates the control plane’s taint runs there; one with a node selector only where it fits', async () => {
  change((spec) => Object.assign(spec.template.spec, { tolerations: [{ operator: 'Exists' }] }))
  await cluster.settle()
  expect(nodes()).toEqual(['control-plane', 'worker', 'worker2'])
  change((spec) => Object.assign(spec.template.spec, { nodeSelector: { 'kubernetes.io/hostname': 'worker2' } }))
  await cluster.settle()
  expect(nodes()).toEqual(['worker2'])
})

test('a cordoned node keeps its pod, and a deleted pod comes back', async () => {
  cluster.store.mutate('nodes', undefined, 'worker', (d) => Object.assign(d.spec, { unschedulable: true }))
  const pod = cluster.pods('agent').find((p) => p.spec.nodeName === 'worker') as KubeObject
  cluster.store.delete('pods', 'default', pod.metadata.name)
  await cluster.settle()
  expect(nodes()).toEqual(['worker', 'worker2'])
  expect(cluster.store.get('pods', 'default', pod.metadata.name)).toBeUndefined()
})

test('an update goes node by node, and a broken one stops at the first', async () => {
  setImage('broken')
  await cluster.settle()
  expect(images()).toEqual(['broken', 'nginx:1'])
  expect(set().status).toMatchObject({ updatedNumberScheduled: 1, numberAvailable: 1, numberUnavailable: 1 })
  setImage('nginx:2')
  await cluster.settle()
  expect(images()).toEqual(['nginx:2', 'nginx:2'])
  expect(cluster.pods('agent')[0]?.metadata.labels?.['pod-template-generation']).toBe('3')
})

test('with OnDelete a pod changes only when somebody deletes it', async () => {
  change((spec) => Object.assign(spec, { updateStrategy: { type: 'OnDelete' } }))
  setImage('nginx:2')
  await cluster.settle()
  expect(images()).toEqual(['nginx:1', 'nginx:1'])
  cluster.store.delete('pods', 'default', cluster.pods('agent')[0]?.metadata.name as string)
  await cluster.settle()
  expect(images()).toEqual(['nginx:1', 'nginx:2'])
})

test('every template is a revision; going back makes it the newest', async () => {
  const revisions = () =>
    cluster.store
      .list('controllerrevisions')
      .map((r) => r.revision)
      .sort()
  setImage('nginx:2')
  await cluster.settle()
  expect(revisions()).toEqual([1, 2])
  setImage('nginx:1')
  await cluster.settle()
  expect(revisions()).toEqual([2, 3])
})
