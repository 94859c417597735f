// A pod's status as the kubelet reports it, computed from what its containers do. Pure; the pod worker writes the result.
import type { KubeObject } from '../api/store.ts'

export interface Termination {
  exitCode: number
  signal?: number
  reason: string
  message?: string
  startedAt: string
  finishedAt: string
  containerId: string
}
/** What a container does now. */
export type ContainerPhase =
  | { kind: 'waiting'; reason: string; message?: string }
  | { kind: 'running'; startedAt: string }
  | ({ kind: 'terminated' } & Termination)

export interface ContainerView {
  name: string
  image: string
  imageId: string
  containerId: string
  phase: ContainerPhase
  last: Termination | undefined
  restartCount: number
  ready: boolean
  started: boolean
  /** it ended and will be started again */
  willRestart: boolean
}
export interface PodView {
  hostIp: string
  podIp: string | undefined
  startTime: string
  /** the pod has its namespaces and its address */
  sandboxReady: boolean
  initialised: boolean
  initContainers: readonly ContainerView[]
  containers: readonly ContainerView[]
  ephemeralContainers: readonly ContainerView[]
}

interface Condition {
  type: string
  status: 'True' | 'False'
  lastProbeTime: null
  lastTransitionTime: string
  reason?: string
  message?: string
}

const terminated = ({ exitCode, signal, reason, message, startedAt, finishedAt, containerId }: Termination) => ({
  terminated: {
    exitCode,
    ...(signal ? { signal } : {}),
    reason,
    ...(message ? { message } : {}),
    startedAt,
    finishedAt,
    containerID: containerId,
  },
})

function containerState(phase: ContainerPhase) {
  switch (phase.kind) {
    case 'waiting':
      return { waiting: { reason: phase.reason, ...(phase.message ? { message: phase.message } : {}) } }
    case 'running':
      return { running: { startedAt: phase.startedAt } }
    case 'terminated':
      return terminated(phase)
  }
}

const containerStatus = (view: ContainerView) => ({
  ...(view.containerId ? { containerID: view.containerId } : {}),
  image: view.image,
  imageID: view.imageId,
  lastState: view.last ? terminated(view.last) : {},
  name: view.name,
  ready: view.ready,
  restartCount: view.restartCount,
  started: view.started,
  state: containerState(view.phase),
})

/** Pending until everything has started once, then what the containers make of it. */
export function podPhase(view: PodView): 'Pending' | 'Running' | 'Succeeded' | 'Failed' {
  const failedInit = view.initContainers.find(
    ({ phase, willRestart }) => phase.kind === 'terminated' && phase.exitCode !== 0 && !willRestart,
  )
  if (failedInit) return 'Failed'
  if (!view.initialised) return 'Pending'
  const ended = view.containers.filter(({ phase, willRestart }) => phase.kind === 'terminated' && !willRestart)
  if (ended.length === view.containers.length) {
    return ended.every(({ phase }) => phase.kind === 'terminated' && phase.exitCode === 0) ? 'Succeeded' : 'Failed'
  }
  const neverStarted = view.containers.some(({ phase, last }) => phase.kind === 'waiting' && !last)
  return neverStarted ? 'Pending' : 'Running'
}

/** Best effort without any request or limit, guaranteed when all limits equal requests. */
export function qosClass(pod: KubeObject): 'BestEffort' | 'Burstable' | 'Guaranteed' {
  const resources: { limits?: Record<string, string>; requests?: Record<string, string> }[] = pod.spec.containers.map(
    (container: { resources?: object }) => container.resources ?? {},
  )
  if (resources.every(({ limits, requests }) => !Object.keys(limits ?? {}).length && !Object.keys(requests ?? {}).length))
    return 'BestEffort'
  const guaranteed = resources.every(({ limits, requests }) =>
    ['cpu', 'memory'].every((name) => limits?.[name] && (requests?.[name] ?? limits[name]) === limits[name]),
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}

function conditions(pod: KubeObject, view: PodView, phase: string, now: string): Condition[] {
  const previous: Condition[] = pod.status?.conditions ?? []
  const make = (type: string, holds: boolean, reason?: string, message?: string): Condition => {
    const status = holds ? 'True' : 'False'
    const before = previous.find((condition) => condition.type === type)
    return {
      type,
      status,
      lastProbeTime: null,
      lastTransitionTime: before?.status === status ? before.lastTransitionTime : now,
      ...(reason ? { reason } : {}),
      ...(message ? { message } : {}),
    }
  }
  const unready = view.containers.filter(({ ready }) => !ready).map(({ name }) => name)
  const uninitialised = view.initContainers.filter(({ ready }) => !ready).map(({ name }) => name)
  const over = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : undefined
  const names = (words: string, list: string[]) => `containers with ${words} status: [${list.join(' ')}]`
  const readiness = (type: string) =>
    over ? make(type, false, over) : unready.length ? make(type, false, 'ContainersNotReady', names('unready', unready)) : make(type, true)
  const mine = [
    make('PodReadyToStartContainers', view.sandboxReady && !over),
    over === 'PodCompleted'
      ? make('Initialized', true, over)
      : view.initialised
        ? make('Initialized', true)
        : make('Initialized', false, 'ContainersNotInitialized', names('incomplete', uninitialised)),
    readiness('Ready'),
    readiness('ContainersReady'),
  ]
  const kept = previous.filter(({ type }) => !mine.some((condition) => condition.type === type))
  return [...mine, ...kept]
}

/** The whole status to write. `now` stamps conditions that change. */
export function podStatus(pod: KubeObject, view: PodView, now: string): Record<string, unknown> {
  const phase = podPhase(view)
  return {
    ...(pod.metadata.generation ? { observedGeneration: pod.metadata.generation } : {}),
    phase,
    conditions: conditions(pod, view, phase, now),
    hostIP: view.hostIp,
    hostIPs: [{ ip: view.hostIp }],
    ...(view.podIp ? { podIP: view.podIp, podIPs: [{ ip: view.podIp }] } : {}),
    startTime: view.startTime,
    qosClass: pod.status?.qosClass ?? qosClass(pod),
    ...(view.initContainers.length ? { initContainerStatuses: view.initContainers.map(containerStatus) } : {}),
    containerStatuses: view.containers.map(containerStatus),
    ...(view.ephemeralContainers.length ? { ephemeralContainerStatuses: view.ephemeralContainers.map(containerStatus) } : {}),
  }
}
