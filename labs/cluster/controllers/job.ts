// The Job controller: runs pods until enough of them have succeeded or too many have failed, and counts each pod once. Started by start.ts.
import type { KubeObject } from '../api/store.ts'
import { claimChildren } from './claim.ts'
import {
  type Condition,
  type ControllerContext,
  conditionOf,
  controllerOf,
  controllerReference,
  isPodActive,
  isPodFinished,
  isPodReady,
  keyOf,
  now,
  type StartController,
  splitKey,
} from './controller.ts'
import { byDeletionPreference } from './deletion-preference.ts'
import { watchOwnedPods } from './owned-pods.ts'
import { createWorkQueue, type WorkQueue } from './work-queue.ts'

const component = 'job-controller'
/** A pod keeps it until it is counted, so that none is lost when somebody deletes it first. */
const finalizer = 'batch.kubernetes.io/job-tracking'
const firstBackOffMs = 10_000
const longestBackOffMs = 600_000

/** Failures in a row, and when the last of them was. */
interface BackOff {
  failures: number
  lastMs: number
}
interface Sync {
  context: ControllerContext
  queue: WorkQueue
  backOffs: Map<string, BackOff>
  job: KubeObject
  status: KubeObject['status']
  /** by uid: pods that this look has counted */
  counted: Map<string, KubeObject>
}
interface Verdict {
  type: 'SuccessCriteriaMet' | 'FailureTarget'
  reason: string
  message: string
}

export const startJobController: StartController = (context) => {
  const { store } = context
  const backOffs = new Map<string, BackOff>()
  const queue: WorkQueue = createWorkQueue({ ...context, name: component, reconcile: (key) => reconcile(context, queue, backOffs, key) })
  const unwatch = [store.watch('jobs', ({ object }) => queue.add(keyOf(object))), watchOwnedPods(context, queue, 'Job', 'jobs')]
  return () => {
    for (const off of unwatch) off()
    queue.stop()
  }
}

const isTracked = (pod: KubeObject): boolean => (pod.metadata.finalizers ?? []).includes(finalizer)
const holds = (job: KubeObject, type: string): boolean => conditionOf(job, type)?.status === 'True'

function reconcile(context: ControllerContext, queue: WorkQueue, backOffs: Map<string, BackOff>, key: string): void {
  const { namespace, name } = splitKey(key)
  const job = context.store.get('jobs', namespace, name)
  if (!job) {
    backOffs.delete(key)
    const orphans = context.store.list('pods', { namespace }).filter((pod) => isChildOf(pod, name) && isTracked(pod))
    for (const pod of orphans) untrack(context, pod)
    return
  }
  if (holds(job, 'Complete') || holds(job, 'Failed')) {
    expire(context, queue, job)
    return
  }
  const sync: Sync = { context, queue, backOffs, job, status: structuredClone(job.status ?? {}), counted: new Map() }
  if (!job.spec.suspend) sync.status.startTime ??= now(context)
  count(sync)
  let verdict = knownVerdict(job) ?? failure(sync)
  if (verdict) {
    for (const pod of activePods(sync)) remove(sync, pod, true)
    count(sync)
  } else if (!job.metadata.deletionTimestamp) {
    manage(sync)
    verdict = success(sync)
    if (!verdict) noteSuspension(sync)
  }
  conclude(sync, verdict)
  for (const pod of sync.counted.values()) untrack(context, pod)
}

const isChildOf = (pod: KubeObject, jobName: string): boolean => {
  const controller = controllerOf(pod)
  return controller?.kind === 'Job' && controller.name === jobName
}

function untrack({ store }: ControllerContext, pod: KubeObject): void {
  store.mutate('pods', pod.metadata.namespace, pod.metadata.name, (draft) => {
    draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((f) => f !== finalizer)
    if (draft.metadata.finalizers.length === 0) delete draft.metadata.finalizers
  })
}

/** A deleted pod that did not succeed has failed, unless the Job waits to see how it ends. */
const hasFailed = (job: KubeObject, pod: KubeObject): boolean =>
  pod.status?.phase === 'Failed' ||
  (job.spec.podReplacementPolicy !== 'Failed' && pod.metadata.deletionTimestamp !== undefined && pod.status?.phase !== 'Succeeded')

function finishedMs(context: ControllerContext, pod: KubeObject): number {
  const ends: number[] = (pod.status?.containerStatuses ?? []).map((c: { state?: { terminated?: { finishedAt: string } } }) =>
    Date.parse(c.state?.terminated?.finishedAt ?? ''),
  )
  const last = Math.max(...ends.filter((ms) => !Number.isNaN(ms)))
  return Number.isFinite(last) ? last : context.clock.now()
}

/** Adds pods that ended since the last look to the status. They keep their finalizer until it is written. */
function count({ context, job, status, counted, backOffs }: Sync): void {
  const ended = claimChildren(context, 'pods', job)
    .filter((pod) => isTracked(pod) && !counted.has(pod.metadata.uid))
    .filter((pod) => pod.status?.phase === 'Succeeded' || hasFailed(job, pod))
    .sort((a, b) => finishedMs(context, a) - finishedMs(context, b))
  for (const pod of ended) {
    counted.set(pod.metadata.uid, pod)
    const succeeded = pod.status?.phase === 'Succeeded'
    const field = succeeded ? 'succeeded' : 'failed'
    status[field] = (status[field] ?? 0) + 1
    const failures = succeeded ? 0 : (backOffs.get(keyOf(job))?.failures ?? 0) + 1
    backOffs.set(keyOf(job), { failures, lastMs: finishedMs(context, pod) })
  }
}

const activePods = ({ context, job }: Sync): KubeObject[] => claimChildren(context, 'pods', job).filter(isPodActive)

/** What an earlier look decided and the end of the pods has not yet confirmed. */
function knownVerdict(job: KubeObject): Verdict | undefined {
  for (const type of ['SuccessCriteriaMet', 'FailureTarget'] as const) {
    const known = conditionOf(job, type)
    if (known?.status === 'True') return { type, reason: known.reason ?? '', message: known.message ?? '' }
  }
  return undefined
}

function failure(sync: Sync): Verdict | undefined {
  const { context, queue, job, status } = sync
  const { backoffLimit, activeDeadlineSeconds, suspend } = job.spec
  if ((status.failed ?? 0) > backoffLimit || restartsExceed(sync))
    return { type: 'FailureTarget', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
  if (activeDeadlineSeconds === undefined || suspend) return undefined
  const leftMs = Date.parse(status.startTime) + activeDeadlineSeconds * 1000 - context.clock.now()
  if (leftMs <= 0) return { type: 'FailureTarget', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }
  queue.addAfter(keyOf(job), leftMs)
  return undefined
}

/** With restartPolicy OnFailure the pod stays and its restarts are the failures. */
function restartsExceed(sync: Sync): boolean {
  const { job } = sync
  if (job.spec.template.spec.restartPolicy !== 'OnFailure') return false
  const restarts = activePods(sync)
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .reduce((sum: number, container: { restartCount?: number }) => sum + (container.restartCount ?? 0), 0)
  return job.spec.backoffLimit === 0 ? restarts > 0 : restarts >= job.spec.backoffLimit
}

function success(sync: Sync): Verdict | undefined {
  const { job, status } = sync
  const enough = job.spec.completions === undefined ? (status.succeeded ?? 0) > 0 : (status.succeeded ?? 0) >= job.spec.completions
  if (!enough || activePods(sync).length > 0) return undefined
  return { type: 'SuccessCriteriaMet', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' }
}

/** Creates pods that are missing, after the back-off of those that failed, and deletes what is too much. */
function manage(sync: Sync): void {
  const { context, queue, backOffs, job, status } = sync
  const { parallelism, completions, suspend } = job.spec
  const active = activePods(sync)
  const left: number = completions === undefined ? parallelism : completions - (status.succeeded ?? 0)
  const running = completions === undefined && (status.succeeded ?? 0) > 0
  const wanted = suspend ? 0 : running ? active.length : Math.max(0, Math.min(left, parallelism))
  if (active.length > wanted) {
    const order = byDeletionPreference(active, context.clock.now())
    for (const pod of [...active].sort(order).slice(0, active.length - wanted)) remove(sync, pod, false)
    return
  }
  const terminating = job.spec.podReplacementPolicy === 'Failed' ? terminatingPods(sync) : 0
  const missing = wanted - active.length - terminating
  if (missing <= 0) return
  const backOff = backOffs.get(keyOf(job))
  const waitMs = backOff?.failures ? Math.min(longestBackOffMs, firstBackOffMs * 2 ** (backOff.failures - 1)) : 0
  const leftMs = waitMs && backOff ? backOff.lastMs + waitMs - context.clock.now() : 0
  if (leftMs > 0) queue.addAfter(keyOf(job), leftMs)
  else for (let i = 0; i < missing; i++) createPod(context, job)
}

const terminatingPods = ({ context, job }: Sync): number =>
  claimChildren(context, 'pods', job).filter((pod) => pod.metadata.deletionTimestamp && !isPodFinished(pod)).length

function createPod({ store, events }: ControllerContext, job: KubeObject): void {
  const { template } = job.spec
  try {
    const pod = store.create('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: `${job.metadata.name}-`,
        namespace: job.metadata.namespace,
        labels: template.metadata?.labels,
        annotations: template.metadata?.annotations,
        finalizers: [...(template.metadata?.finalizers ?? []), finalizer],
        ownerReferences: [controllerReference(job)],
      },
      spec: template.spec,
    })
    events.record(component, job, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}` })
  } catch (error) {
    const message = `Error creating: ${error instanceof Error ? error.message : String(error)}`
    events.record(component, job, { type: 'Warning', reason: 'FailedCreate', message })
    throw error
  }
}

/** A pod too many is let go uncounted; one of a Job that has failed counts as failed. */
function remove({ context, job }: Sync, pod: KubeObject, counts: boolean): void {
  if (!counts) untrack(context, pod)
  context.store.delete('pods', pod.metadata.namespace, pod.metadata.name)
  context.events.record(component, job, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}` })
}

function noteSuspension({ context, job, status }: Sync): void {
  const isSuspended = holds(job, 'Suspended')
  if (isSuspended === job.spec.suspend) return
  const [reason, message, word] = job.spec.suspend
    ? (['JobSuspended', 'Job suspended', 'Suspended'] as const)
    : (['JobResumed', 'Job resumed', 'Resumed'] as const)
  status.conditions = [
    ...(status.conditions ?? []).filter((c: Condition) => c.type !== 'Suspended'),
    condition(context, 'Suspended', job.spec.suspend ? 'True' : 'False', reason, message),
  ]
  if (job.spec.suspend) delete status.startTime
  else status.startTime = now(context)
  context.events.record(component, job, { type: 'Normal', reason: word, message })
}

const condition = (context: ControllerContext, type: string, status: string, reason: string, message: string): object => {
  const at = now(context)
  return { type, status, lastProbeTime: at, lastTransitionTime: at, reason, message }
}

/** Writes the status. The Job is over when its last pod is gone or has ended. */
function conclude(sync: Sync, verdict: Verdict | undefined): void {
  const { context, job, status } = sync
  const active = activePods(sync)
  const terminating = terminatingPods(sync)
  if (active.length > 0) status.active = active.length
  else delete status.active
  Object.assign(status, { ready: active.filter(isPodReady).length, terminating, uncountedTerminatedPods: {} })
  if (verdict && !knownVerdict(job))
    status.conditions = [...(status.conditions ?? []), condition(context, verdict.type, 'True', verdict.reason, verdict.message)]
  const over = verdict !== undefined && active.length + terminating === 0
  const isComplete = verdict?.type === 'SuccessCriteriaMet'
  if (over) {
    const last = condition(context, isComplete ? 'Complete' : 'Failed', 'True', verdict.reason, verdict.message)
    status.conditions = [...(status.conditions ?? []), last]
    if (isComplete) status.completionTime = now(context)
  }
  const { namespace, name } = job.metadata
  context.store.mutate('jobs', namespace, name, (draft) => Object.assign(draft, { status }), { subresource: 'status' })
  if (!over) return
  const event = isComplete
    ? ({ type: 'Normal', reason: 'Completed', message: 'Job completed' } as const)
    : ({ type: 'Warning', reason: verdict.reason, message: verdict.message } as const)
  context.events.record(component, job, event)
}

/** A finished Job with a time to live goes when that is over. */
function expire({ store, clock }: ControllerContext, queue: WorkQueue, job: KubeObject): void {
  const { ttlSecondsAfterFinished } = job.spec
  if (ttlSecondsAfterFinished === undefined || job.metadata.deletionTimestamp) return
  const end = conditionOf(job, 'Complete') ?? conditionOf(job, 'Failed')
  const leftMs = Date.parse(end?.lastTransitionTime ?? '') + ttlSecondsAfterFinished * 1000 - clock.now()
  if (leftMs > 0) queue.addAfter(keyOf(job), leftMs)
  else store.delete('jobs', job.metadata.namespace, job.metadata.name, { propagationPolicy: 'Foreground' })
}
