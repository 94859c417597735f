import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../api/store.ts'
import { type ContainerView, type PodView, podPhase, podStatus, qosClass } from './pod-status.ts'

const container = (change: Partial<ContainerView> = {}): ContainerView => ({
  name: 'app',
  image: 'docker.io/library/busybox:latest',
  imageId: '',
  containerId: '',
  phase: { kind: 'running', startedAt: 't1' },
  last: undefined,
  restartCount: 0,
  ready: true,
  started: true,
  willRestart: false,
  ...change,
})
const ended = (exitCode: number): ContainerView['phase'] => ({
  kind: 'terminated',
  exitCode,
  reason: exitCode ? 'Error' : 'Completed',
  startedAt: 't1',
  finishedAt: 't2',
  containerId: 'containerd://x',
})
const view = (containers: ContainerView[], change: Partial<PodView> = {}): PodView => ({
  hostIp: '172.18.0.3',
  podIp: '10.244.1.2',
  startTime: 't0',
  sandboxReady: true,
  initialised: true,
  initContainers: [],
  containers,
  ephemeralContainers: [],
  ...change,
})
const pod = (spec: object = { containers: [{}] }, status?: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
  spec,
  status,
})

describe('pod phase', () => {
  const waiting: ContainerView['phase'] = { kind: 'waiting', reason: 'ImagePullBackOff' }
  it.each([
    ['Pending', view([container()], { initialised: false })],
    ['Pending', view([container({ phase: waiting })])],
    ['Running', view([container()])],
    ['Running', view([container({ phase: waiting, last: { ...ended(1), kind: undefined } as never })])],
    ['Running', view([container({ phase: ended(1), willRestart: true })])],
    ['Running', view([container({ phase: ended(0) }), container({ name: 'other' })])],
    ['Succeeded', view([container({ phase: ended(0) })])],
    ['Failed', view([container({ phase: ended(0) }), container({ phase: ended(3) })])],
    ['Failed', view([container()], { initialised: false, initContainers: [container({ phase: ended(1) })] })],
  ])('is %s', (phase, given) => expect(podPhase(given)).toBe(phase))
})

describe('pod status', () => {
  it('says which containers are not ready, and keeps the time of conditions that did not change', () => {
    const first = podStatus(pod(), view([container({ ready: false })]), 'n1') as { conditions: { type: string }[] }
    const of = (status: typeof first, type: string) => status.conditions.find((condition) => condition.type === type)
    expect(of(first, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [app]',
      lastTransitionTime: 'n1',
    })
    const second = podStatus(pod(undefined, first), view([container()]), 'n2') as typeof first
    expect(of(second, 'Ready')).toMatchObject({ status: 'True', lastTransitionTime: 'n2' })
    expect(of(second, 'Initialized')).toMatchObject({ status: 'True', lastTransitionTime: 'n1' })
  })

  it('says that it is scheduled, since when the scheduler has said so, and for which wish', () => {
    const before = { type: 'PodScheduled', status: 'True', lastTransitionTime: 'n0' }
    const given = pod(undefined, { conditions: [before] })
    given.metadata.generation = 3
    const status = podStatus(given, view([container()]), 'n1') as { conditions: object[] }
    expect(status.conditions.at(-1)).toEqual({ ...before, lastProbeTime: null, observedGeneration: 3 })
  })

  it('waits for its sandbox as initialised, when it has no init containers', () => {
    const status = podStatus(pod(), { ...view([container()]), initialised: false }, 'n1') as { conditions: object[] }
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Initialized', status: 'True' }))
  })

  it('tells what was asked for and what is mounted, of containers that were started', () => {
    const resources = { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } }
    const given = pod({
      containers: [
        { name: 'app', resources, volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: true }] },
        { name: 'side', resources: { requests: { cpu: '5m' } } },
      ],
    })
    const status = podStatus(given, view([container({ name: 'app', containerId: 'containerd://1' })]), 'n1')
    expect(status).toMatchObject({ allocatedResources: { cpu: '15m', memory: '16Mi' }, resources: { limits: { memory: '64Mi' } } })
    expect((status.containerStatuses as object[])[0]).toMatchObject({
      allocatedResources: resources.requests,
      resources,
      volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: true, recursiveReadOnly: 'Disabled' }],
    })
  })

  it('marks a finished pod as completed', () => {
    const status = podStatus(pod(), view([container({ phase: ended(0), ready: false })]), 'n1') as { conditions: object[] }
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'False', reason: 'PodCompleted' }))
  })
})

it('knows the quality of service classes', () => {
  expect(qosClass(pod({ containers: [{}] }))).toBe('BestEffort')
  expect(qosClass(pod({ containers: [{ resources: { requests: { cpu: '1' } } }] }))).toBe('Burstable')
  expect(qosClass(pod({ containers: [{ resources: { limits: { cpu: '1', memory: '1Gi' } } }] }))).toBe('Guaranteed')
})
