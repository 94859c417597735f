// Which names a resolver asks for, in which order, and what the cluster's DNS knows of each. Pure.
import { parseClusterName } from '../../labs/cluster/dns/cluster-names.ts'

export interface NameSettings {
  name: string
  ndots: number
  /** of the Pod that asks */
  namespace: string
}
export interface Question {
  /** with its last dot */
  name: string
  /** undefined: no such name */
  address?: string
}

const services: Record<string, string> = {
  'api.default': '10.96.91.42',
  'api.shop': '10.96.14.7',
  'kube-dns.kube-system': '10.96.0.10',
}
const outside: Record<string, string> = { 'rates.partner.example': '172.18.0.100' }
const zone = ['cluster', 'local']

function lookUpName(name: string): string | undefined {
  const labels = name.replace(/\.$/, '').split('.')
  if (labels.slice(-2).join('.') !== zone.join('.')) return outside[labels.join('.')]
  const parsed = parseClusterName(labels, zone)
  if (typeof parsed === 'string' || parsed.kind !== 'svc' || parsed.endpoint || parsed.port) return undefined
  return services[`${parsed.service}.${parsed.namespace}`]
}

/** The list of a Pod's resolv.conf. */
export const searchList = (namespace: string): string[] => [`${namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local']

/** As glibc does: the list first, unless the name has `ndots` dots; a dot at the end stops all trying. The first answer ends it. */
export function questions({ name, ndots, namespace }: NameSettings): Question[] {
  const asked: Question[] = []
  const whole = name.endsWith('.') ? name : `${name}.`
  const listed = searchList(namespace).map((domain) => `${name}.${domain}.`)
  const enough = name.split('.').length - 1 >= ndots
  const order = name.endsWith('.') ? [whole] : enough ? [whole, ...listed] : [...listed, whole]
  for (const candidate of order) {
    const address = lookUpName(candidate)
    asked.push({ name: candidate, ...(address ? { address } : {}) })
    if (address) break
  }
  return asked
}
