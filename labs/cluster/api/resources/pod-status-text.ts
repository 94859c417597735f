// READY, STATUS and RESTARTS of a pod as `kubectl get pods` prints them: upstream's printPod.
import { age } from '../durations.ts'
import type { Json } from '../json-value.ts'
import type { KubeObject } from '../store.ts'

interface Tally {
  restarts: number
  lastRestart: number
}

const exitWord = (terminated: Json): string => (terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`)

function count(tally: Tally, status: Json): void {
  tally.restarts += status.restartCount ?? 0
  const finished = status.lastState?.terminated?.finishedAt
  if (finished) tally.lastRestart = Math.max(tally.lastRestart, Date.parse(finished))
}

/** The three texts; now is epoch ms. */
export function podStatusText(pod: KubeObject, now: number): { ready: string; status: string; restarts: string } {
  const { spec, status = {}, metadata } = pod
  const conditions: Json[] = status.conditions ?? []
  const isTrue = (type: string) => conditions.some((c) => c.type === type && c.status === 'True')
  const sidecars = new Set((spec.initContainers ?? []).filter((c: Json) => c.restartPolicy === 'Always').map((c: Json) => c.name))
  const total = spec.containers.length + sidecars.size
  let ready = 0
  let reason: string = status.reason || status.phase || ''
  if (conditions.some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated')) reason = 'SchedulingGated'

  let tally: Tally = { restarts: 0, lastRestart: 0 }
  const sidecarTally: Tally = { restarts: 0, lastRestart: 0 }
  let initializing = false
  for (const [i, c] of (status.initContainerStatuses ?? []).entries()) {
    count(tally, c)
    const sidecar = sidecars.has(c.name)
    if (sidecar) count(sidecarTally, c)
    const { terminated, waiting } = c.state ?? {}
    if (terminated?.exitCode === 0) continue
    if (sidecar && c.started) {
      if (c.ready) ready++
      continue
    }
    if (terminated) reason = `Init:${terminated.reason || exitWord(terminated)}`
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') reason = `Init:${waiting.reason}`
    else reason = `Init:${i}/${spec.initContainers.length}`
    initializing = true
    break
  }
  if (!initializing || isTrue('Initialized')) {
    tally = sidecarTally
    let running = false
    for (const c of [...(status.containerStatuses ?? [])].reverse()) {
      count(tally, c)
      const { terminated, waiting } = c.state ?? {}
      if (waiting?.reason) reason = waiting.reason
      else if (terminated) reason = terminated.reason || exitWord(terminated)
      else if (c.ready && c.state?.running) {
        running = true
        ready++
      }
    }
    if (reason === 'Completed' && running) reason = isTrue('Ready') ? 'Running' : 'NotReady'
  }
  if (metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') reason = 'Unknown'
    else if (status.phase !== 'Failed' && status.phase !== 'Succeeded') reason = 'Terminating'
  }
  const restarts =
    tally.restarts > 0 && tally.lastRestart > 0
      ? `${tally.restarts} (${age(new Date(tally.lastRestart).toISOString(), now)} ago)`
      : String(tally.restarts)
  return { ready: `${ready}/${total}`, status: reason, restarts }
}
