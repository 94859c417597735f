import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { equalJson } from '../../api/json-value.ts'
import type { KubeObject } from '../../api/store.ts'
import { podTemplate, setReady, startTestCluster, type TestCluster } from '../test-cluster.ts'

let cluster: TestCluster
beforeEach(() => {
  cluster = startTestCluster({ broken: /broken/, slowToStop: false })
})
afterEach(() => cluster.stop())

const get = (name = 'web'): KubeObject => cluster.store.get('deployments', 'default', name) as KubeObject
const setImage = (image: string): void =>
  void cluster.store.mutate('deployments', 'default', 'web', (d) => Object.assign(d.spec, { template: podTemplate({ app: 'web' }, image) }))
const sets = (): KubeObject[] => cluster.store.list('replicasets', { namespace: 'default' })
const images = (): string[] => cluster.pods('web').map((p) => p.spec.containers[0].image)
const condition = (type: string) => get().status.conditions.find((c: { type: string }) => c.type === type)

describe('a new Deployment', () => {
  test('has a ReplicaSet and pods with upstream-like names, conditions and events', async () => {
    cluster.deploy('web')
    await cluster.settle()
    const [rs] = sets() as [KubeObject]
    expect(rs.metadata.name).toMatch(/^web-[4-9bcdf]{5,10}$/)
    expect(rs.metadata.labels).toEqual({ app: 'web', 'pod-template-hash': rs.metadata.name.slice(4) })
    expect(rs.spec.selector.matchLabels).toEqual(rs.metadata.labels)
    expect(rs.metadata.annotations).toEqual({
      'deployment.kubernetes.io/desired-replicas': '2',
      'deployment.kubernetes.io/max-replicas': '3',
      'deployment.kubernetes.io/revision': '1',
    })
    for (const pod of cluster.pods('web'))
      expect(pod.metadata.name).toMatch(new RegExp(`^${rs.metadata.name}-[bcdfghjklmnpqrstvwxz2456789]{5}$`))
    expect(get().status).toMatchObject({ observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 })
    expect(get().status.unavailableReplicas).toBeUndefined()
    expect(condition('Available')).toMatchObject({
      status: 'True',
      reason: 'MinimumReplicasAvailable',
      message: 'Deployment has minimum availability.',
    })
    expect(condition('Progressing')).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${rs.metadata.name}" has successfully progressed.`,
    })
    expect(get().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1')
    expect(cluster.messages('Deployment', 'web')).toEqual([`Scaled up replica set ${rs.metadata.name} from 0 to 2`])
    expect(cluster.messages('ReplicaSet', rs.metadata.name).sort()).toEqual(
      cluster
        .pods('web')
        .map((p) => `Created pod: ${p.metadata.name}`)
        .sort(),
    )
    expect(cluster.warnings).toEqual([])
  })

  test('whose pods never get ready is not available, and misses its deadline', async () => {
    cluster.deploy('web', { progressDeadlineSeconds: 60 }, { image: 'broken' })
    await cluster.settle()
    expect(condition('Available')).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable' })
    expect(condition('Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' })
    await cluster.clock.advance(62_000)
    await cluster.settle()
    const name = sets()[0]?.metadata.name
    expect(condition('Progressing')).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${name}" has timed out progressing.`,
    })
  })
})

describe('a rolling update', () => {
  test('replaces every pod within the bounds of surge and availability', async () => {
    cluster.deploy('web', { replicas: 4, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } })
    await cluster.settle()
    let most = 0
    let leastAvailable = 4
    const off = cluster.store.watch('replicasets', () => {
      most = Math.max(
        most,
        sets().reduce((sum, rs) => sum + rs.spec.replicas, 0),
      )
      leastAvailable = Math.min(leastAvailable, cluster.pods('web').filter((p) => !p.metadata.deletionTimestamp && p.status?.podIP).length)
    })
    setImage('nginx:2')
    await cluster.settle()
    off()
    expect(images()).toEqual(Array(4).fill('nginx:2'))
    expect(most).toBe(5)
    expect(leastAvailable).toBeGreaterThanOrEqual(3)
    expect(get().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2')
    expect(condition('Progressing').reason).toBe('NewReplicaSetAvailable')
    expect(
      sets()
        .map((rs) => rs.spec.replicas)
        .sort(),
    ).toEqual([0, 4])
  })

  test('to a broken version stops at maxUnavailable, and going back makes the old ReplicaSet the newest', async () => {
    cluster.deploy('web', { replicas: 4 })
    await cluster.settle()
    const before = get().spec.template
    setImage('broken')
    await cluster.settle()
    expect(images().filter((i) => i === 'nginx:1')).toHaveLength(3)
    expect(condition('Available').status).toBe('True')
    expect(condition('Progressing').reason).toBe('ReplicaSetUpdated')
    cluster.store.mutate('deployments', 'default', 'web', (d) => Object.assign(d.spec, { template: before }))
    await cluster.settle()
    expect(images()).toEqual(Array(4).fill('nginx:1'))
    const current = sets().find((rs) => rs.spec.replicas === 4) as KubeObject
    expect(current.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3')
    expect(current.metadata.annotations?.['deployment.kubernetes.io/revision-history']).toBe('1')
    expect(sets()).toHaveLength(2)
  })

  test('waits while the Deployment is paused, and scaling still works then', async () => {
    cluster.deploy('web')
    await cluster.settle()
    cluster.store.mutate('deployments', 'default', 'web', (d) =>
      Object.assign(d.spec, { paused: true, template: podTemplate({ app: 'web' }, 'nginx:2'), replicas: 3 }),
    )
    await cluster.settle()
    expect(images()).toEqual(Array(3).fill('nginx:1'))
    expect(condition('Progressing')).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' })
    cluster.store.mutate('deployments', 'default', 'web', (d) => void delete d.spec.paused)
    await cluster.settle()
    expect(images()).toEqual(Array(3).fill('nginx:2'))
  })

  test('keeps as many old ReplicaSets as the history limit says', async () => {
    cluster.deploy('web', { revisionHistoryLimit: 2 })
    for (const image of ['nginx:2', 'nginx:3', 'nginx:4', 'nginx:5']) {
      await cluster.settle()
      setImage(image)
    }
    await cluster.settle()
    const revisions = sets()
      .map((rs) => rs.metadata.annotations?.['deployment.kubernetes.io/revision'])
      .sort()
    expect(revisions).toEqual(['3', '4', '5'])
  })

  test('with Recreate, no new pod starts before the last old one is gone', async () => {
    cluster.stop()
    cluster = startTestCluster({ slowToStop: true })
    cluster.deploy('web', { strategy: { type: 'Recreate' } })
    await cluster.settle()
    const [first, second] = cluster.pods('web') as [KubeObject, KubeObject]
    setImage('nginx:2')
    await cluster.settle()
    expect(images()).toEqual(['nginx:1', 'nginx:1'])
    for (const pod of [first, second]) {
      expect(images()).not.toContain('nginx:2')
      cluster.store.delete('pods', 'default', pod.metadata.name, { gracePeriodSeconds: 0 })
      await cluster.settle()
    }
    expect(images()).toEqual(['nginx:2', 'nginx:2'])
  })
})

describe('scaling', () => {
  test('in the middle of a rollout gives each version its share', async () => {
    cluster.deploy('web', { replicas: 10, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } })
    await cluster.settle()
    setImage('broken')
    await cluster.settle()
    expect(
      sets()
        .map((rs) => rs.spec.replicas)
        .sort(),
    ).toEqual([5, 8])
    cluster.store.mutate('deployments', 'default', 'web', (d) => Object.assign(d.spec, { replicas: 15 }))
    await cluster.settle()
    // Upstream's own example in the documentation: 8 and 5 become 11 and 7.
    expect(
      sets()
        .map((rs) => rs.spec.replicas)
        .sort((a, b) => a - b),
    ).toEqual([7, 11])
  })

  test('down to zero and up again keeps the ReplicaSet', async () => {
    cluster.deploy('web')
    await cluster.settle()
    const names = sets().map((rs) => rs.metadata.name)
    for (const replicas of [0, 3]) {
      cluster.store.mutate('deployments', 'default', 'web', (d) => Object.assign(d.spec, { replicas }))
      await cluster.settle()
      expect(cluster.pods('web')).toHaveLength(replicas)
    }
    expect(sets().map((rs) => rs.metadata.name)).toEqual(names)
    expect(cluster.messages('Deployment', 'web')).toEqual([
      `Scaled up replica set ${names[0]} from 0 to 2`,
      `Scaled down replica set ${names[0]} from 2 to 0`,
      `Scaled up replica set ${names[0]} from 0 to 3`,
    ])
  })
})

test('status counts follow readiness, and a settled Deployment is not written again', async () => {
  cluster.deploy('web')
  await cluster.settle()
  setReady(cluster.store, cluster.pods('web')[0] as KubeObject, false)
  await cluster.settle()
  expect(get().status).toMatchObject({ replicas: 2, readyReplicas: 1, unavailableReplicas: 1 })
  const settled = get()
  cluster.store.mutate('replicasets', 'default', sets()[0]?.metadata.name as string, (d) =>
    Object.assign(d.metadata, { annotations: { ...d.metadata.annotations, touched: 'yes' } }),
  )
  await cluster.settle()
  expect(equalJson(get(), settled)).toBe(true)
})
