// Judges whether a Service stands for the Pods of a Deployment, by whatever labels the learner chose. Pure. Called by observation.ts.
import type { z } from 'zod'
import type { serviceProbe } from '../spec/probe.ts'
import { fail, pass, type Verdict } from './verdict.ts'
import { judgeWords, type Words } from './words.ts'

export type ServiceProbe = z.infer<typeof serviceProbe>['service']

/** The objects of a Service probe, as the API gives them; undefined where there is none. */
export interface ServiceObjects {
  service?: { spec?: { selector?: Record<string, string> } } | undefined
  deployment?:
    | { spec?: { selector?: { matchLabels?: Record<string, string> }; template?: { metadata?: { labels?: Record<string, string> } } } }
    | undefined
  /** slices with the Service's name in their label */
  slices: { endpoints?: { addresses?: string[]; conditions?: { ready?: boolean } }[] | null }[]
  /** all pods of the namespace */
  pods: {
    metadata?: { labels?: Record<string, string>; deletionTimestamp?: string }
    status?: { podIP?: string; conditions?: { type: string; status: string }[] }
  }[]
}

const matches = (selector: Record<string, string>, labels: Record<string, string> = {}) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value)

export function judgeService(
  probe: ServiceProbe,
  { service, deployment, slices, pods }: ServiceObjects,
  words: Words = judgeWords.en,
): Verdict {
  if (!service) return fail(words.noObject('Service', probe.name))
  if (!deployment) return fail(words.noObject('Deployment', probe.deployment))
  return probe.wants === 'selector'
    ? judgeSelector(probe, service, deployment, words)
    : judgeEndpoints(probe, deployment, slices, pods, words)
}

function judgeSelector(
  probe: ServiceProbe,
  service: NonNullable<ServiceObjects['service']>,
  deployment: NonNullable<ServiceObjects['deployment']>,
  words: Words,
): Verdict {
  const selector = service.spec?.selector ?? {}
  const found = Object.keys(selector).length > 0 && matches(selector, deployment.spec?.template?.metadata?.labels)
  return found ? pass(words.finds(probe.name, probe.deployment)) : fail(words.findsNot(probe.name, probe.deployment))
}

function judgeEndpoints(
  probe: ServiceProbe,
  deployment: NonNullable<ServiceObjects['deployment']>,
  slices: ServiceObjects['slices'],
  pods: ServiceObjects['pods'],
  words: Words,
): Verdict {
  const selector = deployment.spec?.selector?.matchLabels ?? {}
  const isReady = (pod: ServiceObjects['pods'][number]) =>
    pod.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True')
  const ready = pods.flatMap((pod) =>
    pod.status?.podIP && !pod.metadata?.deletionTimestamp && isReady(pod) && matches(selector, pod.metadata?.labels)
      ? [pod.status.podIP]
      : [],
  )
  // A missing condition means ready, says the API.
  const listed = [
    ...new Set(
      slices.flatMap((slice) =>
        (slice.endpoints ?? []).flatMap((endpoint) => (endpoint.conditions?.ready === false ? [] : (endpoint.addresses ?? []))),
      ),
    ),
  ]
  const strangers = listed.filter((address) => !ready.includes(address))
  const right = listed.filter((address) => ready.includes(address)).length
  const seen = words.listed(right, ready.length, probe.deployment, strangers)
  const wanted = words.listedWanted(ready.length)
  return ready.length > 0 && right === ready.length && strangers.length === 0 ? pass(seen, wanted) : fail(seen, wanted)
}
