// NetworkPolicy.
import { isIPv4 } from 'node:net'
import { age } from '../durations.ts'
import type { Json } from '../json-value.ts'
import { forbidden, invalidValue, notSupported, required } from '../metadata.ts'
import { formatLabelSelector } from '../selectors.ts'
import { portNameProblems, portProblems } from './port-rules.ts'
import { ageColumn, type Cause, nameColumn, type ResourceDefinition } from './resource.ts'

export const networkPolicies: ResourceDefinition = {
  resource: 'networkpolicies',
  singular: 'networkpolicy',
  kind: 'NetworkPolicy',
  group: 'networking.k8s.io',
  version: 'v1',
  namespaced: true,
  shortNames: ['netpol'],
  type: 'networking.v1.NetworkPolicy',
  generation: ['spec'],
  defaults(object) {
    object.spec ??= {}
    const { spec } = object
    spec.podSelector ??= {}
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) for (const port of rule.ports ?? []) port.protocol ||= 'TCP'
    if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress']
  },
  validate({ spec }) {
    const causes: Cause[] = []
    for (const [i, rule] of (spec.ingress ?? []).entries()) causes.push(...checkRule(rule, `spec.ingress[${i}]`, 'from'))
    for (const [i, rule] of (spec.egress ?? []).entries()) causes.push(...checkRule(rule, `spec.egress[${i}]`, 'to'))
    if (spec.policyTypes.length > 2)
      causes.push(invalidValue('spec.policyTypes', spec.policyTypes, 'may not specify more than two policyTypes'))
    for (const [i, type] of spec.policyTypes.entries()) {
      if (type !== 'Ingress' && type !== 'Egress') causes.push(notSupported(`spec.policyTypes[${i}]`, type, ['Ingress', 'Egress']))
    }
    return causes
  },
  columns: [nameColumn, { name: 'Pod-Selector', description: 'Selects the pods to which this NetworkPolicy object applies.' }, ageColumn],
  row: (o, now) => [o.metadata.name, formatLabelSelector(o.spec.podSelector), age(o.metadata.creationTimestamp, now)],
}

function checkRule(rule: Json, at: string, direction: 'from' | 'to'): Cause[] {
  const causes: Cause[] = []
  for (const [i, port] of (rule.ports ?? []).entries()) {
    const where = `${at}.ports[${i}]`
    if (!['TCP', 'UDP', 'SCTP'].includes(port.protocol))
      causes.push(notSupported(`${where}.protocol`, port.protocol, ['TCP', 'UDP', 'SCTP']))
    if (typeof port.port === 'number') causes.push(...portProblems(port.port).map((p) => invalidValue(`${where}.port`, port.port, p)))
    else if (port.port !== undefined) causes.push(...portNameProblems(port.port).map((p) => invalidValue(`${where}.port`, port.port, p)))
    if (port.endPort !== undefined) {
      if (port.port === undefined) causes.push(required(`${where}.port`, 'must be specified'))
      else if (typeof port.port !== 'number') causes.push(invalidValue(`${where}.port`, port.port, 'must be an integer'))
      else if (port.endPort < port.port)
        causes.push(invalidValue(`${where}.endPort`, port.endPort, 'must be greater than or equal to `port`'))
    }
  }
  for (const [i, peer] of (rule[direction] ?? []).entries()) causes.push(...checkPeer(peer, `${at}.${direction}[${i}]`))
  return causes
}

function checkPeer(peer: Json, at: string): Cause[] {
  const kinds = ['podSelector', 'namespaceSelector', 'ipBlock'].filter((k) => peer[k] !== undefined)
  if (kinds.length === 0) return [required(at, 'must specify a peer')]
  if (!peer.ipBlock) return []
  const causes: Cause[] = []
  const { cidr, except = [] } = peer.ipBlock
  if (!cidr) causes.push(required(`${at}.ipBlock.cidr`))
  else if (!isCidr(cidr))
    causes.push(invalidValue(`${at}.ipBlock.cidr`, cidr, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'))
  for (const [i, block] of except.entries()) {
    const where = `${at}.ipBlock.except[${i}]`
    if (!isCidr(block)) causes.push(invalidValue(where, block, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'))
    else if (isCidr(cidr) && !contains(cidr, block)) causes.push(invalidValue(where, block, 'must be a strict subset of `cidr`'))
  }
  if (kinds.length > 1) causes.push(forbidden(at, 'may not specify both ipBlock and another peer'))
  return causes
}

const isCidr = (text: string): boolean => {
  const [address = '', bits = ''] = String(text).split('/')
  return isIPv4(address) && /^\d+$/.test(bits) && Number(bits) <= 32
}
const asNumber = (address: string): number => address.split('.').reduce((n, part) => n * 256 + Number(part), 0)
function contains(outer: string, inner: string): boolean {
  const [a = '', m = '0'] = outer.split('/')
  const [b = '', n = '0'] = inner.split('/')
  const size = 2 ** (32 - Number(m))
  return Number(n) > Number(m) && Math.floor(asNumber(a) / size) === Math.floor(asNumber(b) / size)
}
