// Who asks whom in a scenario's probes. Used by services.ts and workloads.ts; pure.
import type { Check, Guard } from '../../spec/scenario.ts'
import { formatTarget, parseTarget, type Target } from '../../spec/target.ts'
import { type LabObjects, type ObjectOf, ofKind, podsOf } from './lab-objects.ts'

type Service = ObjectOf<'Service'>
interface Asked {
  from: Target
  /** as it is asked for */
  host: string
}

function hostOf(entry: Check | Guard): string | undefined {
  if ('http' in entry) return /^http:\/\/([^/:]+)/.exec(entry.http.url)?.[1]
  if ('tcp' in entry) return entry.tcp.host
  if ('udp' in entry) return entry.udp.host
  if ('ping' in entry) return entry.ping.host
  return undefined
}

/** By name: an address, also one that is filled in later, goes around every Service. */
export function askedByName(entries: readonly (Check | Guard)[]): Asked[] {
  return entries.flatMap((entry) => {
    const host = hostOf(entry)
    return 'from' in entry && host && /^[a-z]/.test(host) ? [{ from: parseTarget(entry.from), host }] : []
  })
}

const namespaceOf = (target: Target) => ('namespace' in target ? target.namespace : 'default')

/** All names under which a Service is known, the short one first. */
export const serviceNames = ({ metadata: { name, namespace } }: Service): string[] => [
  name,
  `${name}.${namespace}`,
  `${name}.${namespace}.svc`,
  `${name}.${namespace}.svc.cluster.local`,
]

export function asksFor(service: Service, { from, host }: Asked): boolean {
  const [short, ...long] = serviceNames(service)
  return long.includes(host) || (host === short && namespaceOf(from) === service.metadata.namespace)
}

/** The Pods that stand for a place now, as targets: only one with an address can be entered. A node or a host stands for itself. */
export function placesOf(lab: LabObjects, target: Target): string[] {
  if (target.kind !== 'deploy') return [formatTarget(target)]
  return ofKind(lab, 'Deployment')
    .filter(({ metadata }) => metadata.namespace === target.namespace && metadata.name === target.name)
    .flatMap((deployment) => podsOf(lab, deployment).filter(({ status }) => status?.podIP))
    .map(({ metadata: { namespace, name } }) => formatTarget({ kind: 'pod', namespace, name }))
}
