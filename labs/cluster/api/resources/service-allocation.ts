// Cluster addresses (10.96.0.0/16) and node ports (30000-32767) of Services. What is in use is read from the store itself, so nothing can leak.
import { randomInt } from 'node:crypto'
import type { Json } from '../json-value.ts'
import { invalid, invalidValue } from '../metadata.ts'
import { ApiError, type KubeObject } from '../store.ts'
import type { Cause, Surroundings } from './resource.ts'

const prefix = '10.96.'
const ports = { first: 30000, last: 32767, dynamic: 30086 }
const outOfRange = `provided port is not in the valid range. The range of valid ports is ${ports.first}-${ports.last}`
const kind = { kind: 'Service', group: '' }
const hasAddress = (spec: Json): boolean => spec.type !== 'ExternalName'
const hasNodePorts = (spec: Json): boolean =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false)
/** Its load balancer has to learn which nodes have endpoints. */
export const needsHealthCheck = (spec: Json): boolean => spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'

export function allocateOnCreate(service: KubeObject, around: Surroundings): void {
  allocate(service, undefined, around)
}

/** As upstream: what the new object leaves out is taken from the old one, what its type no longer has is dropped. */
export function allocateOnUpdate(service: KubeObject, old: KubeObject, around: Surroundings): void {
  const { spec } = service
  const was = old.spec
  if (hasAddress(was) && hasAddress(spec)) {
    spec.clusterIP ||= was.clusterIP
    if (!spec.clusterIPs?.length) spec.clusterIPs = was.clusterIP === spec.clusterIP ? was.clusterIPs : [spec.clusterIP]
    else if (spec.clusterIP !== was.clusterIP && spec.clusterIPs[0] === was.clusterIP) spec.clusterIPs = [spec.clusterIP]
  } else if (!hasAddress(spec)) {
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy']) {
      if (spec[field] === undefined || JSON.stringify(spec[field]) === JSON.stringify(was[field])) delete spec[field]
    }
  }
  if (!hasNodePorts(spec) && hasNodePorts(was)) {
    for (const port of spec.ports ?? []) if ((was.ports ?? []).some((p: Json) => p.nodePort === port.nodePort)) delete port.nodePort
    if (spec.type === 'ClusterIP' && !spec.externalIPs?.length) delete spec.externalTrafficPolicy
  }
  if (spec.type !== 'LoadBalancer') delete spec.allocateLoadBalancerNodePorts
  if (needsHealthCheck(was)) {
    if (needsHealthCheck(spec)) spec.healthCheckNodePort ||= was.healthCheckNodePort
    else if (spec.healthCheckNodePort === was.healthCheckNodePort) delete spec.healthCheckNodePort
  }
  if (hasNodePorts(spec)) {
    const used = new Set((spec.ports ?? []).map((p: Json) => p.nodePort))
    for (const port of spec.ports ?? []) {
      const same = (was.ports ?? []).find(
        (p: Json) => p.protocol === port.protocol && p.port === port.port && p.nodePort && !used.has(p.nodePort),
      )
      if (!port.nodePort && same) {
        port.nodePort = same.nodePort
        used.add(same.nodePort)
      }
    }
  }
  allocate(service, old, around)
}

function allocate(service: KubeObject, old: KubeObject | undefined, around: Surroundings): void {
  const { spec, metadata } = service
  const others = [...around.all('services')].filter((s) => s.metadata.uid !== old?.metadata.uid)
  const causes: Cause[] = []
  if (['ClusterIP', 'NodePort', 'LoadBalancer'].includes(spec.type)) causes.push(...allocateAddress(spec, old?.spec, others))
  if (hasNodePorts(spec)) causes.push(...allocateNodePorts(spec, old?.spec, others))
  if (causes.length > 0) throw invalid(kind, metadata.name, causes)
  if (needsHealthCheck(spec) && !(old && needsHealthCheck(old.spec))) allocateHealthCheckPort(spec, others)
}

/** By the range of node ports; upstream words its failure as an internal error. */
function allocateHealthCheckPort(spec: Json, others: KubeObject[]): void {
  const used = usedNodePorts(others)
  for (const port of spec.ports ?? []) if (port.nodePort) used.add(`${port.protocol}/${port.nodePort}`)
  const asked = spec.healthCheckNodePort
  if (!asked) {
    spec.healthCheckNodePort = freePort('TCP', used)
    return
  }
  const why =
    asked < ports.first || asked > ports.last ? outOfRange : used.has(`TCP/${asked}`) ? 'provided port is already allocated' : undefined
  if (why)
    throw new ApiError(500, 'InternalError', `Internal error occurred: failed to allocate requested HealthCheck NodePort ${asked}: ${why}`)
}

/** As protocol/port. */
function usedNodePorts(services: KubeObject[]): Set<string> {
  const used = new Set<string>()
  for (const { spec } of services) {
    for (const port of spec.ports ?? []) if (port.nodePort) used.add(`${port.protocol}/${port.nodePort}`)
    if (spec.healthCheckNodePort) used.add(`TCP/${spec.healthCheckNodePort}`)
  }
  return used
}

function allocateAddress(spec: Json, was: Json, others: KubeObject[]): Cause[] {
  const causes: Cause[] = []
  if (!spec.clusterIP && spec.clusterIPs?.length) spec.clusterIP = spec.clusterIPs[0]
  if (!spec.clusterIPs?.length && spec.clusterIP) spec.clusterIPs = [spec.clusterIP]
  // an address that is there already is for life: checkServiceUpdate says so
  if (spec.clusterIP !== 'None' && !(spec.clusterIP && was?.clusterIP)) {
    const used = new Set(others.map((s) => s.spec.clusterIP))
    const failed = (why: string) =>
      causes.push(invalidValue('spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${spec.clusterIP}: ${why}`))
    if (!spec.clusterIP) {
      spec.clusterIP = freeAddress(used)
      spec.clusterIPs = [spec.clusterIP]
    } else if (/^\d+\.\d+\.\d+\.\d+$/.test(spec.clusterIP)) {
      if (!spec.clusterIP.startsWith(prefix)) failed('the provided network does not match the current range')
      else if (used.has(spec.clusterIP)) failed('provided IP is already allocated')
    }
  }
  spec.ipFamilies ??= ['IPv4']
  spec.ipFamilyPolicy ||= 'SingleStack'
  return causes
}

/** Random, from .1.0 up: the first 256 addresses are for those who choose their own. */
function freeAddress(used: Set<string>): string {
  for (;;) {
    const n = randomInt(256, 65535)
    const address = `${prefix}${n >> 8}.${n & 255}`
    if (!used.has(address)) return address
  }
}

function allocateNodePorts(spec: Json, was: Json, others: KubeObject[]): Cause[] {
  const causes: Cause[] = []
  const used = usedNodePorts(others)
  const mine = new Map<number, string>()
  for (const [i, port] of (spec.ports ?? []).entries()) {
    if (!port.nodePort) continue
    const at = `spec.ports[${i}].nodePort`
    const key = `${port.protocol}/${port.nodePort}`
    const kept = (was?.ports ?? []).some((p: Json) => p.nodePort === port.nodePort)
    if (!kept && (port.nodePort < ports.first || port.nodePort > ports.last)) {
      causes.push(invalidValue(at, port.nodePort, outOfRange))
    } else if (used.has(key)) causes.push(invalidValue(at, port.nodePort, 'provided port is already allocated'))
    used.add(key)
    mine.set(port.nodePort, port.protocol)
  }
  for (const port of spec.ports ?? []) {
    if (port.nodePort) continue
    // The same port over TCP and UDP shares its node port, as upstream does for DNS.
    const twin = (spec.ports as Json[]).find(
      (p) => p.port === port.port && p.protocol !== port.protocol && p.nodePort && !used.has(`${port.protocol}/${p.nodePort}`),
    )
    port.nodePort = twin?.nodePort ?? freePort(port.protocol, used)
    used.add(`${port.protocol}/${port.nodePort}`)
  }
  return causes
}

function freePort(protocol: string, used: Set<string>): number {
  for (;;) {
    const port = randomInt(ports.dynamic, ports.last + 1)
    if (!['TCP', 'UDP', 'SCTP'].some((other) => used.has(`${other}/${port}`)) && !used.has(`${protocol}/${port}`)) return port
  }
}
