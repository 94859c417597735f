// The quality-of-service class of a pod. Set once, when it is created.
import type { Json } from '../json-value.ts'

/** Guaranteed: every container limits cpu and memory and requests the same; BestEffort: nobody asks for anything. */
export function qosClass(spec: Json): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers: Json[] = [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  const asked = (c: Json) => Object.keys({ ...c.resources?.limits, ...c.resources?.requests }).some((k) => k === 'cpu' || k === 'memory')
  if (!containers.some(asked)) return 'BestEffort'
  const bound = (c: Json) =>
    ['cpu', 'memory'].every((k) => c.resources?.limits?.[k] !== undefined && c.resources.limits[k] === c.resources.requests?.[k])
  return containers.every(bound) ? 'Guaranteed' : 'Burstable'
}
