import { afterEach, beforeEach, expect, test } from 'vitest'
import type { KubeObject } from '../api/store.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
beforeEach(() => {
  cluster = startTestCluster()
})
afterEach(() => cluster.stop())

const run = (name: string, spec: Record<string, unknown> = {}): KubeObject =>
  cluster.store.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: name } },
    spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec },
  })
const nodeOf = (name: string): string | undefined => cluster.store.get('pods', 'default', name)?.spec.nodeName
const scheduled = (name: string) =>
  cluster.store.get('pods', 'default', name)?.status.conditions?.find((c: { type: string }) => c.type === 'PodScheduled')

test('replicas spread over the workers, and stay off the control plane', async () => {
  cluster.deploy('web', { replicas: 4 })
  await cluster.settle()
  expect(
    cluster
      .pods('web')
      .map((p) => p.spec.nodeName)
      .sort(),
  ).toEqual(['worker', 'worker', 'worker2', 'worker2'])
  const [pod] = cluster.pods('web') as [KubeObject]
  const event = cluster.store.list('events').find((e) => e.reason === 'Scheduled' && e.involvedObject.name === pod.metadata.name)
  expect(event).toMatchObject({
    type: 'Normal',
    reportingComponent: 'default-scheduler',
    message: `Successfully assigned default/${pod.metadata.name} to ${pod.spec.nodeName}`,
  })
})

test('siblings part even when one worker has more to do', async () => {
  for (const name of ['a', 'b', 'c']) run(name, { nodeName: 'worker2' })
  cluster.deploy('web')
  await cluster.settle()
  expect(
    cluster
      .pods('web')
      .map((p) => p.spec.nodeName)
      .sort(),
  ).toEqual(['worker', 'worker2'])
})

test('nodeSelector, required affinity, tolerations and a given nodeName are respected', async () => {
  run('selected', { nodeSelector: { 'kubernetes.io/hostname': 'worker2' } })
  const matchExpressions = [{ key: 'kubernetes.io/hostname', operator: 'NotIn', values: ['worker'] }]
  run('affine', {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } } },
  })
  run('tolerant', { nodeSelector: { 'kubernetes.io/hostname': 'control-plane' }, tolerations: [{ operator: 'Exists' }] })
  run('bound', { nodeName: 'control-plane' })
  await cluster.settle()
  expect(['selected', 'affine', 'tolerant', 'bound'].map(nodeOf)).toEqual(['worker2', 'worker2', 'control-plane', 'control-plane'])
})

test("a pod that fits nowhere says why in upstream's words, and is bound when a node changes", async () => {
  run('picky', { nodeSelector: { disk: 'ssd' } })
  await cluster.settle()
  const message =
    "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
  expect(scheduled('picky')).toMatchObject({ status: 'False', reason: 'Unschedulable', message })
  expect(cluster.messages('Pod', 'picky')).toEqual([message])
  cluster.store.mutate('nodes', undefined, 'worker2', (d) => Object.assign(d.metadata, { labels: { ...d.metadata.labels, disk: 'ssd' } }))
  await cluster.settle()
  expect(nodeOf('picky')).toBe('worker2')
  expect(scheduled('picky')).toMatchObject({ status: 'True' })
})

test('cordoned nodes get no pods, and a host port is given once a node', async () => {
  cluster.store.mutate('nodes', undefined, 'worker2', (d) => Object.assign(d.spec, { unschedulable: true }))
  const containers = [{ name: 'c', image: 'nginx', ports: [{ containerPort: 80, hostPort: 8080 }] }]
  run('first', { containers })
  run('second', { containers })
  await cluster.settle()
  expect([nodeOf('first'), nodeOf('second')]).toEqual(['worker', undefined])
  expect(scheduled('second').message).toBe(
    "0/3 nodes are available: 1 node(s) didn't have free ports for the requested pod ports, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
  )
  cluster.store.delete('pods', 'default', 'first')
  await cluster.settle()
  expect(nodeOf('second')).toBe('worker')
})

test('a pod that asks for more than a node has says what is lacking, and whether others are in its way', async () => {
  const asking = (requests: Record<string, string>) => ({ containers: [{ name: 'c', image: 'nginx', resources: { requests } }] })
  for (const name of ['worker', 'worker2'])
    cluster.store.mutate(
      'nodes',
      undefined,
      name,
      (d) => Object.assign(d, { status: { ...d.status, allocatable: { cpu: '2', memory: '1Gi', pods: '110' } } }),
      {
        subresource: 'status',
      },
    )
  run('huge', asking({ cpu: '3', memory: '2Gi' }))
  for (const name of ['first', 'second', 'late']) run(name, asking({ cpu: '1500m' }))
  await cluster.settle()
  expect([nodeOf('first'), nodeOf('second'), nodeOf('late')]).toEqual(['worker', 'worker2', undefined])
  expect(scheduled('huge').message).toBe(
    '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu, 2 Insufficient memory. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
  )
  expect(scheduled('late').message).toBe(
    '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.',
  )
})

test('a cordoned node has a taint that says so, until it is uncordoned', async () => {
  const cordon = (unschedulable: boolean) =>
    cluster.store.mutate('nodes', undefined, 'worker', (d) => Object.assign(d.spec, { unschedulable: unschedulable || undefined }))
  const taints = () => cluster.store.get('nodes', undefined, 'worker')?.spec.taints
  cordon(true)
  await cluster.settle()
  expect(taints()).toEqual([expect.objectContaining({ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' })])
  cordon(false)
  await cluster.settle()
  expect(taints()).toBeUndefined()
})
