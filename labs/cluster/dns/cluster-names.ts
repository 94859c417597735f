// What a name below cluster.local means: the grammar of Kubernetes' DNS specification as CoreDNS reads it. Used by cluster-zone.ts.
import type { Labels } from './message.ts'

/** The parts that a name gives; a part it leaves out is empty. All lower case. */
export interface ClusterName {
  kind: 'svc' | 'pod'
  namespace: string
  /** a Service's name, or a pod's address with dashes */
  service: string
  /** hostname of one endpoint */
  endpoint: string
  port: string
  protocol: string
}

const withoutUnderscore = (label: string): string => (label.startsWith('_') ? label.slice(1) : label)

/** `apex` for the zone itself, `svc` and `pod` alone (they exist but have no records), `invalid` for what no object can answer. */
export function parseClusterName(name: Labels, zone: Labels): ClusterName | 'apex' | 'invalid' {
  const labels = name.slice(0, name.length - zone.length).map((l) => l.toLowerCase())
  const kind = labels.pop()
  if (kind === undefined) return 'apex'
  if (kind !== 'svc' && kind !== 'pod') return 'invalid'
  const namespace = labels.pop()
  if (namespace === undefined) return 'apex'
  const parts: ClusterName = { kind, namespace, service: labels.pop() ?? '', endpoint: '', port: '', protocol: '' }
  if (labels.length > 2) return 'invalid'
  if (labels.length === 2) {
    parts.port = withoutUnderscore(labels[0] as string)
    parts.protocol = withoutUnderscore(labels[1] as string)
  } else parts.endpoint = labels[0] ?? ''
  return parts
}

/** The address in 4.1.244.10.in-addr.arpa or its IPv6 kind; undefined when the name is no whole address. */
export function reverseAddress(name: Labels): string | undefined {
  const labels = name.map((l) => l.toLowerCase())
  const zone = labels.slice(-2).join('.')
  const digits = labels.slice(0, -2).reverse()
  if (zone === 'in-addr.arpa' && digits.length === 4 && digits.every((d) => /^\d{1,3}$/.test(d) && Number(d) < 256)) return digits.join('.')
  if (zone !== 'ip6.arpa' || digits.length !== 32 || !digits.every((d) => /^[0-9a-f]$/.test(d))) return undefined
  return Array.from({ length: 8 }, (_, i) => digits.slice(i * 4, i * 4 + 4).join('')).join(':')
}
