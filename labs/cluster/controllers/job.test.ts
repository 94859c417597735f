import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { KubeObject } from '../api/store.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
beforeEach(() => {
  cluster = startTestCluster()
})
afterEach(() => cluster.stop())

function createJob(spec: Record<string, unknown> = {}, restartPolicy = 'Never'): KubeObject {
  const template = { spec: { restartPolicy, containers: [{ name: 'c', image: 'busybox' }] } }
  return cluster.store.create('jobs', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'pi', namespace: 'default' },
    spec: { ...spec, template },
  })
}
const job = (): KubeObject => cluster.store.get('jobs', 'default', 'pi') as KubeObject
const running = (): KubeObject[] => cluster.pods().filter((pod) => pod.status.phase === 'Running')
async function end(pod: KubeObject | undefined, phase: 'Succeeded' | 'Failed'): Promise<void> {
  cluster.store.mutate('pods', 'default', pod?.metadata.name as string, (d) => Object.assign(d.status, { phase }), {
    subresource: 'status',
  })
  await cluster.settle()
}
const conditions = (): string[] => (job().status.conditions ?? []).map((c: { type: string; reason: string }) => `${c.type} ${c.reason}`)

describe('a Job', () => {
  test('of three completions, two at a time, ends when the third has succeeded', async () => {
    createJob({ completions: 3, parallelism: 2 })
    await cluster.settle()
    expect(running()).toHaveLength(2)
    expect(job().status).toMatchObject({ active: 2, ready: 2, terminating: 0, startTime: expect.any(String) })
    for (let i = 0; i < 3; i++) await end(running()[0], 'Succeeded')
    expect(cluster.pods()).toHaveLength(3)
    expect(conditions()).toEqual(['SuccessCriteriaMet CompletionsReached', 'Complete CompletionsReached'])
    expect(job().status).toMatchObject({ succeeded: 3, ready: 0, completionTime: expect.any(String) })
    expect(job().status.active).toBeUndefined()
    expect(cluster.messages('Job', 'pi').at(-1)).toBe('Job completed')
    for (const pod of cluster.pods()) expect(pod.metadata.finalizers).toBeUndefined()
    expect(cluster.warnings).toEqual([])
  })

  test('labels its pods as itself, and nobody else’s', async () => {
    const { uid } = createJob().metadata
    await cluster.settle()
    const labels = {
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-name': 'pi',
      'controller-uid': uid,
      'job-name': 'pi',
    }
    expect(cluster.pods()[0]?.metadata.labels).toEqual(labels)
    expect(job().metadata.labels).toEqual(labels)
    expect(job().spec.selector.matchLabels).toEqual({ 'batch.kubernetes.io/controller-uid': uid })
  })

  test('replaces a failed pod after 10 s, then 20 s, and gives up beyond backoffLimit', async () => {
    createJob({ backoffLimit: 2 })
    for (const waitMs of [10_000, 20_000]) {
      await cluster.settle()
      await end(running()[0], 'Failed')
      await cluster.clock.advance(waitMs - 1000)
      await cluster.settle()
      expect(running()).toHaveLength(0)
      await cluster.clock.advance(1000)
      await cluster.settle()
      expect(running()).toHaveLength(1)
    }
    await end(running()[0], 'Failed')
    expect(conditions()).toEqual(['FailureTarget BackoffLimitExceeded', 'Failed BackoffLimitExceeded'])
    expect(job().status.failed).toBe(3)
    expect(cluster.messages('Job', 'pi').at(-1)).toBe('Job has reached the specified backoff limit')
  })

  test('counts the restarts of a pod that is restarted in place', async () => {
    createJob({ backoffLimit: 2 }, 'OnFailure')
    await cluster.settle()
    const restarts = (restartCount: number) =>
      cluster.store.mutate(
        'pods',
        'default',
        running()[0]?.metadata.name as string,
        (d) => Object.assign(d.status, { containerStatuses: [{ name: 'c', restartCount }] }),
        { subresource: 'status' },
      )
    restarts(1)
    await cluster.settle()
    expect(conditions()).toEqual([])
    restarts(2)
    await cluster.settle()
    expect(conditions()).toContain('Failed BackoffLimitExceeded')
    expect(cluster.pods()).toEqual([])
  })

  test('ends at its deadline, its pods with it', async () => {
    createJob({ activeDeadlineSeconds: 30 })
    await cluster.settle()
    await cluster.clock.advance(30_000)
    await cluster.settle()
    expect(conditions()).toContain('Failed DeadlineExceeded')
    expect(cluster.pods()).toEqual([])
  })

  test('counts a pod that somebody deletes as failed', async () => {
    createJob()
    await cluster.settle()
    cluster.store.delete('pods', 'default', running()[0]?.metadata.name as string)
    await cluster.settle()
    expect(job().status.failed).toBe(1)
    expect(cluster.pods()).toEqual([])
  })

  test('goes, with its pods, when its time to live is over', async () => {
    createJob({ ttlSecondsAfterFinished: 60 })
    await cluster.settle()
    await end(running()[0], 'Succeeded')
    await cluster.clock.advance(60_000)
    await cluster.settle()
    expect(cluster.store.get('jobs', 'default', 'pi')).toBeUndefined()
    expect(cluster.pods()).toEqual([])
  })

  test('that is deleted leaves no pod behind', async () => {
    createJob()
    await cluster.settle()
    cluster.store.delete('jobs', 'default', 'pi', { propagationPolicy: 'Background' })
    await cluster.settle()
    expect(cluster.pods()).toEqual([])
  })

  test('that is suspended has no pods until it is resumed', async () => {
    createJob({ suspend: true })
    await cluster.settle()
    expect(cluster.pods()).toEqual([])
    expect(conditions()).toEqual(['Suspended JobSuspended'])
    cluster.store.mutate('jobs', 'default', 'pi', (d) => Object.assign(d.spec, { suspend: false }))
    await cluster.settle()
    expect(running()).toHaveLength(1)
    expect(conditions()).toEqual(['Suspended JobResumed'])
  })
})

test('what the lab does not serve is refused by name', () => {
  expect(() => createJob({ completionMode: 'Indexed', completions: 2 })).toThrow(/has no Indexed Jobs/)
  expect(() => createJob({}, 'Always')).toThrow('spec.template.spec.restartPolicy: Unsupported value: "Always"')
})
