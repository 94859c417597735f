// The rules of one service port: how its addresses are captured (KUBE-SERVICES and its like) and its own chains.

import { rangeContains } from './addresses.ts'
import type { EndpointChoice } from './endpoint-choice.ts'
import type { Endpoint } from './endpoints.ts'
import type { ProxyNode, ProxyOptions } from './inputs.ts'
import { comment, localMatch, probability } from './rule-text.ts'
import { isExternallyAccessible, type ServicePort, usesClusterEndpoints, usesLocalEndpoints } from './service-ports.ts'

export interface ServiceRules {
  /** nat: in KUBE-SERVICES and KUBE-NODEPORTS */
  capture: string[]
  /** filter: REJECT, DROP and health check ACCEPT */
  filter: string[]
  /** nat chains of this port's own, whether their rules are written this time or not */
  chains: string[]
  /** nat: rules in those chains */
  rules: string[]
}

interface Plan {
  port: ServicePort
  choice: EndpointChoice
  /** matches and names the protocol */
  protocol: string
  internalReachable: boolean
  externalReachable: boolean
  /** chain of the internal and the external traffic policy */
  internalChain: string
  externalPolicyChain: string
  usesExternal: boolean
  usesFirewall: boolean
}

/** Writes everything of one service port, seen from one node. */
export function serviceRules(
  port: ServicePort,
  choice: EndpointChoice,
  node: ProxyNode,
  options: ProxyOptions,
  largeCluster: boolean,
): ServiceRules {
  const plan: Plan = {
    port,
    choice,
    protocol: `-m ${port.protocol} -p ${port.protocol}`,
    internalReachable: choice.any && (!port.internalLocal || choice.local.length > 0),
    externalReachable: choice.any && (!port.externalLocal || choice.local.length > 0),
    internalChain: port.internalLocal ? port.chains.local : port.chains.cluster,
    externalPolicyChain: port.externalLocal ? port.chains.local : port.chains.cluster,
    usesExternal: choice.any && isExternallyAccessible(port),
    usesFirewall: choice.any && port.loadBalancerVIPs.length > 0 && port.sourceRanges.length > 0,
  }
  const result: ServiceRules = { capture: [], filter: [], chains: [], rules: [] }
  captureClusterIP(plan, result)
  captureExternalAddresses(plan, result)
  captureNodePort(plan, result)
  writeInternalHead(plan, result, options)
  if (plan.usesExternal) writeExternalChain(plan, result, options)
  if (plan.usesFirewall) writeFirewallChain(plan, result, node)
  if (choice.cluster.length > 0 && usesClusterEndpoints(port))
    writeBalancing(port, port.chains.cluster, choice.cluster, result, largeCluster)
  if (choice.local.length > 0 && usesLocalEndpoints(port)) writeBalancing(port, port.chains.local, choice.local, result, largeCluster)
  for (const endpoint of choice.reachable) writeEndpointChain(plan, endpoint, result, largeCluster)
  return result
}

/** Refused when nobody serves at all; silently dropped when only this node has nobody, so that a load balancer tries elsewhere. */
const verdictWithout = (plan: Plan): { text: string; target: string } =>
  plan.choice.any
    ? { text: comment(`${plan.port.name} has no local endpoints`), target: 'DROP' }
    : { text: comment(`${plan.port.name} has no endpoints`), target: 'REJECT' }

function captureClusterIP(plan: Plan, result: ServiceRules): void {
  const { port, protocol } = plan
  const to = `${protocol} -d ${port.clusterIP} --dport ${port.port}`
  if (plan.internalReachable) result.capture.push(`-A KUBE-SERVICES ${comment(`${port.name} cluster IP`)} ${to} -j ${plan.internalChain}`)
  else {
    const { text, target } = verdictWithout(plan)
    result.filter.push(`-A KUBE-SERVICES ${text} ${to} -j ${target}`)
  }
}

function captureExternalAddresses(plan: Plan, result: ServiceRules): void {
  const { port, protocol, choice } = plan
  const refuse = (address: string): void => {
    const { text, target } = verdictWithout(plan)
    result.filter.push(`-A KUBE-EXTERNAL-SERVICES ${text} ${protocol} -d ${address} --dport ${port.port} -j ${target}`)
  }
  for (const address of port.externalIPs) {
    if (choice.any) {
      result.capture.push(
        `-A KUBE-SERVICES ${comment(`${port.name} external IP`)} ${protocol} -d ${address} --dport ${port.port} -j ${port.chains.external}`,
      )
    }
    if (!plan.externalReachable) refuse(address)
  }
  for (const vip of port.loadBalancerVIPs) {
    const to = `${protocol} -d ${vip} --dport ${port.port}`
    const chain = plan.usesFirewall ? port.chains.firewall : port.chains.external
    if (choice.any) result.capture.push(`-A KUBE-SERVICES ${comment(`${port.name} loadbalancer IP`)} ${to} -j ${chain}`)
    if (plan.usesFirewall) {
      result.filter.push(`-A KUBE-PROXY-FIREWALL ${comment(`${port.name} traffic not accepted by ${port.chains.firewall}`)} ${to} -j DROP`)
    }
  }
  if (!plan.externalReachable) port.loadBalancerVIPs.forEach(refuse)
}

function captureNodePort(plan: Plan, result: ServiceRules): void {
  const { port, protocol, choice } = plan
  if (port.nodePort !== 0) {
    if (choice.any)
      result.capture.push(`-A KUBE-NODEPORTS ${comment(port.name)} ${protocol} --dport ${port.nodePort} -j ${port.chains.external}`)
    if (!plan.externalReachable) {
      const { text, target } = verdictWithout(plan)
      result.filter.push(`-A KUBE-EXTERNAL-SERVICES ${text} -m addrtype --dst-type LOCAL ${protocol} --dport ${port.nodePort} -j ${target}`)
    }
  }
  if (port.healthCheckNodePort !== 0) {
    result.filter.push(
      `-A KUBE-NODEPORTS ${comment(`${port.name} health check node port`)} -m tcp -p tcp --dport ${port.healthCheckNodePort} -j ACCEPT`,
    )
  }
}

/** Who is no pod gets the node's address as source, or the answer would not come back through this node. */
function writeInternalHead(plan: Plan, result: ServiceRules, options: ProxyOptions): void {
  if (!plan.internalReachable) return
  const { port, protocol } = plan
  const head = `-A ${plan.internalChain} ${comment(`${port.name} cluster IP`)} ${protocol} -d ${port.clusterIP} --dport ${port.port}`
  if (options.masqueradeAll) {
    result.rules.push(`${head} -j KUBE-MARK-MASQ`)
    return
  }
  const outsider = localMatch(options.localDetector, false)
  if (outsider) result.rules.push(`${head} ${outsider} -j KUBE-MARK-MASQ`)
}

function writeExternalChain(plan: Plan, result: ServiceRules, options: ProxyOptions): void {
  const { port } = plan
  const chain = port.chains.external
  const destinations = `${port.name} external destinations`
  result.chains.push(chain)
  if (port.externalLocal) {
    const insider = localMatch(options.localDetector, true)
    if (insider) result.rules.push(`-A ${chain} ${comment(`pod traffic for ${destinations}`)} ${insider} -j ${port.chains.cluster}`)
    result.rules.push(
      `-A ${chain} ${comment(`masquerade LOCAL traffic for ${destinations}`)} -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ`,
    )
    result.rules.push(
      `-A ${chain} ${comment(`route LOCAL traffic for ${destinations}`)} -m addrtype --src-type LOCAL -j ${port.chains.cluster}`,
    )
  } else {
    result.rules.push(`-A ${chain} ${comment(`masquerade traffic for ${destinations}`)} -j KUBE-MARK-MASQ`)
  }
  if (plan.externalReachable) result.rules.push(`-A ${chain} -j ${plan.externalPolicyChain}`)
}

/** Ends without a verdict: what falls out of it was not translated and meets the DROP in KUBE-PROXY-FIREWALL. */
function writeFirewallChain(plan: Plan, result: ServiceRules, node: ProxyNode): void {
  const { port } = plan
  const chain = port.chains.firewall
  const allow = `-A ${chain} ${comment(`${port.name} loadbalancer IP`)}`
  result.chains.push(chain)
  for (const range of port.sourceRanges) result.rules.push(`${allow} -s ${range} -j ${port.chains.external}`)
  // A load balancer address may be a local one: then the node's own traffic comes with the VIP as source.
  if (port.sourceRanges.some((range) => rangeContains(range, node.ip))) {
    for (const vip of port.loadBalancerVIPs) result.rules.push(`${allow} -s ${vip} -j ${port.chains.external}`)
  }
  result.rules.push(`-A ${chain} ${comment(`other traffic to ${port.name} will be dropped by KUBE-PROXY-FIREWALL`)}`)
}

function writeBalancing(
  port: ServicePort,
  chain: string,
  endpoints: readonly Endpoint[],
  result: ServiceRules,
  largeCluster: boolean,
): void {
  result.chains.push(chain)
  const note = (endpoint: Endpoint): string => (largeCluster ? '' : ` ${comment(`${port.name} -> ${endpoint.name}`)}`)
  if (port.affinitySeconds !== undefined) {
    for (const e of endpoints) {
      result.rules.push(`-A ${chain}${note(e)} -m recent --name ${e.chain} --rcheck --seconds ${port.affinitySeconds} --reap -j ${e.chain}`)
    }
  }
  for (const [i, endpoint] of endpoints.entries()) {
    const left = endpoints.length - i
    const chance = left > 1 ? ` -m statistic --mode random --probability ${probability(left)}` : ''
    result.rules.push(`-A ${chain}${note(endpoint)}${chance} -j ${endpoint.chain}`)
  }
}

function writeEndpointChain(plan: Plan, endpoint: Endpoint, result: ServiceRules, largeCluster: boolean): void {
  const { port, protocol } = plan
  const head = `-A ${endpoint.chain}${largeCluster ? '' : ` ${comment(port.name)}`}`
  const remember = port.affinitySeconds === undefined ? '' : ` -m recent --name ${endpoint.chain} --set`
  result.chains.push(endpoint.chain)
  // A pod that reaches itself through its Service would otherwise get an answer from itself, past conntrack.
  result.rules.push(`${head} -s ${endpoint.ip} -j KUBE-MARK-MASQ`)
  result.rules.push(`${head}${remember} ${protocol} -j DNAT --to-destination ${endpoint.name}`)
}
