// Checks of a Service with upstream's words.
import { isIPv4 } from 'node:net'
import type { Json } from '../json-value.ts'
import { checkLabels, dnsProblems, duplicate, forbidden, invalidValue, notSupported, required } from '../metadata.ts'
import type { KubeObject } from '../store.ts'
import { portNameProblems, portProblems } from './port-rules.ts'
import type { Cause } from './resource.ts'
import { needsHealthCheck } from './service-allocation.ts'

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']

export function checkService({ spec }: KubeObject): Cause[] {
  const causes: Cause[] = []
  const headless = spec.clusterIP === 'None'
  if (!spec.ports?.length && !headless && spec.type !== 'ExternalName') causes.push(required('spec.ports'))
  if (spec.type === 'LoadBalancer' && headless)
    causes.push(invalidValue('spec.clusterIPs[0]', 'None', "may not be set to 'None' for LoadBalancer services"))
  if (spec.type === 'NodePort' && headless)
    causes.push(invalidValue('spec.clusterIPs[0]', 'None', "may not be set to 'None' for NodePort services"))
  if (spec.type === 'ExternalName') {
    if (spec.clusterIP || spec.clusterIPs?.length) causes.push(forbidden('spec.clusterIPs', 'may not be set for ExternalName services'))
    if (!spec.externalName) causes.push(required('spec.externalName'))
    else
      causes.push(
        ...dnsProblems(String(spec.externalName).replace(/\.$/, ''), 'subdomain').map((p) =>
          invalidValue('spec.externalName', spec.externalName, p),
        ),
      )
  }
  causes.push(...checkServicePorts(spec))
  causes.push(...checkLabels(spec.selector, 'spec.selector'))
  if (!['ClientIP', 'None'].includes(spec.sessionAffinity))
    causes.push(notSupported('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']))
  const timeout = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds
  if (timeout !== undefined && (timeout < 1 || timeout > 86400))
    causes.push(invalidValue('spec.sessionAffinityConfig.clientIP.timeoutSeconds', timeout, 'must be greater than 0 and less than 86400'))
  if (!types.includes(spec.type)) causes.push(notSupported('spec.type', spec.type, types))
  if (spec.clusterIP && !headless && !isIPv4(spec.clusterIP)) {
    causes.push(invalidValue('spec.clusterIPs[0]', spec.clusterIP, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'))
  }
  for (const [i, address] of (spec.externalIPs ?? []).entries()) {
    if (!isIPv4(address))
      causes.push(invalidValue(`spec.externalIPs[${i}]`, address, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'))
  }
  for (const field of ['externalTrafficPolicy', 'internalTrafficPolicy']) {
    if (spec[field] !== undefined && !['Cluster', 'Local'].includes(spec[field]))
      causes.push(notSupported(`spec.${field}`, spec[field], ['Cluster', 'Local']))
  }
  if (spec.externalTrafficPolicy && spec.type === 'ClusterIP' && !spec.externalIPs?.length) {
    causes.push(
      invalidValue('spec.externalTrafficPolicy', spec.externalTrafficPolicy, 'may only be set for externally-accessible services'),
    )
  }
  if (spec.healthCheckNodePort && !needsHealthCheck(spec)) {
    const when = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
    causes.push(invalidValue('spec.healthCheckNodePort', spec.healthCheckNodePort, when))
  }
  return causes
}

function checkServicePorts(spec: Json): Cause[] {
  const causes: Cause[] = []
  const names = new Set<string>()
  const seen = new Set<string>()
  const nodePorts = new Set<string>()
  for (const [i, port] of (spec.ports ?? []).entries()) {
    const at = `spec.ports[${i}]`
    if (!port.name) {
      if (spec.ports.length > 1) causes.push(required(`${at}.name`))
    } else {
      causes.push(...dnsProblems(port.name, 'label').map((p) => invalidValue(`${at}.name`, port.name, p)))
      if (names.has(port.name)) causes.push(duplicate(`${at}.name`, port.name))
      names.add(port.name)
    }
    causes.push(...portProblems(port.port ?? 0).map((p) => invalidValue(`${at}.port`, port.port ?? 0, p)))
    if (!['TCP', 'UDP', 'SCTP'].includes(port.protocol)) causes.push(notSupported(`${at}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']))
    const problems = typeof port.targetPort === 'number' ? portProblems(port.targetPort) : portNameProblems(String(port.targetPort))
    causes.push(...problems.map((p) => invalidValue(`${at}.targetPort`, port.targetPort, p)))
    if (port.nodePort && (spec.type === 'ClusterIP' || spec.type === 'ExternalName')) {
      causes.push(forbidden(`${at}.nodePort`, `may not be used when \`type\` is '${spec.type}'`))
    }
    const key = `${port.protocol}/${port.port}`
    if (seen.has(key)) causes.push(duplicate(at, { protocol: port.protocol, port: port.port }))
    seen.add(key)
    const nodeKey = `${port.protocol}/${port.nodePort}`
    if (port.nodePort && nodePorts.has(nodeKey)) causes.push(duplicate(`${at}.nodePort`, port.nodePort))
    nodePorts.add(nodeKey)
  }
  return causes
}

/** The address is for life, unless the Service becomes or was an ExternalName; so is the port of its health checks while it has one. */
export function checkServiceUpdate(next: KubeObject, old: KubeObject): Cause[] {
  const [to, from] = [next.spec, old.spec]
  const causes: Cause[] = []
  if (to.type !== 'ExternalName' && from.type !== 'ExternalName' && to.clusterIP !== from.clusterIP)
    causes.push(invalidValue('spec.clusterIPs[0]', to.clusterIPs, 'may not change once set'))
  if (needsHealthCheck(to) && needsHealthCheck(from) && to.healthCheckNodePort !== from.healthCheckNodePort)
    causes.push(forbidden('spec.healthCheckNodePort', 'field is immutable'))
  return causes
}
