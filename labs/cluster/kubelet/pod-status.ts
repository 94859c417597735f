// A pod's status as the kubelet reports it, computed from what its containers do. Pure; the pod worker writes the result.
import { sumQuantities } from '../api/quantities.ts'
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
  /** an init container that goes on beside the others */
  isSidecar?: boolean
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
  observedGeneration?: number
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

interface Mount {
  name: string
  mountPath: string
  readOnly?: boolean
}
interface Resources {
  limits?: Record<string, string>
  requests?: Record<string, string>
}

/** What the runtime made of the container's spec, told from its first start on. */
function asStarted(spec: { resources?: Resources; volumeMounts?: Mount[] } | undefined) {
  const mounts = (spec?.volumeMounts ?? []).map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
  }))
  return {
    ...(spec?.resources?.requests ? { allocatedResources: spec.resources.requests } : {}),
    resources: spec?.resources ?? {},
    ...(mounts.length ? { volumeMounts: mounts } : {}),
  }
}

const containerStatus = (specs: KubeObject['spec'][] | undefined) => (view: ContainerView) => ({
  ...(view.containerId ? asStarted(specs?.find(({ name }) => name === view.name)) : {}),
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
    ({ phase, willRestart, isSidecar }) => phase.kind === 'terminated' && phase.exitCode !== 0 && !willRestart && !isSidecar,
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
      ...(pod.metadata.generation ? { observedGeneration: pod.metadata.generation } : {}),
      ...(reason ? { reason } : {}),
      ...(message ? { message } : {}),
    }
  }
  const sidecars = view.initContainers.filter(({ isSidecar }) => isSidecar)
  const unready = [...sidecars, ...view.containers].filter(({ ready }) => !ready).map(({ name }) => name)
  const uninitialised = view.initContainers.filter(({ ready }) => !ready).map(({ name }) => name)
  const over = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : undefined
  const names = (words: string, list: string[]) => `containers with ${words} status: [${list.join(' ')}]`
  const readiness = (type: string) =>
    over ? make(type, false, over) : unready.length ? make(type, false, 'ContainersNotReady', names('unready', unready)) : make(type, true)
  const mine = [
    make('PodReadyToStartContainers', view.sandboxReady && !over),
    over === 'PodCompleted'
      ? make('Initialized', true, over)
      : view.initialised || view.initContainers.length === 0
        ? make('Initialized', true)
        : make('Initialized', false, 'ContainersNotInitialized', names('incomplete', uninitialised)),
    readiness('Ready'),
    readiness('ContainersReady'),
    make('PodScheduled', true), // it would not be here else, even where a person chose the node
  ]
  const kept = previous.filter(({ type }) => !mine.some((condition) => condition.type === type))
  return [...mine, ...kept]
}

/** The sums of what the containers ask for. */
function podResources(containers: readonly { resources?: Resources }[]) {
  const sum = (kind: 'limits' | 'requests') => sumQuantities(containers.map(({ resources }) => resources?.[kind] ?? {}))
  const [limits, requests] = [sum('limits'), sum('requests')]
  const some = (list: object) => Object.keys(list).length > 0
  return {
    ...(some(requests) ? { allocatedResources: requests } : {}),
    resources: { ...(some(limits) ? { limits } : {}), ...(some(requests) ? { requests } : {}) },
  }
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
    ...podResources(pod.spec.containers),
    ...(view.initContainers.length ? { initContainerStatuses: view.initContainers.map(containerStatus(pod.spec.initContainers)) } : {}),
    containerStatuses: view.containers.map(containerStatus(pod.spec.containers)),
    ...(view.ephemeralContainers.length
      ? { ephemeralContainerStatuses: view.ephemeralContainers.map(containerStatus(pod.spec.ephemeralContainers)) }
      : {}),
  }
}
