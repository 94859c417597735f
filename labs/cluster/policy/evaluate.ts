// May this packet pass? NetworkPolicy v1 read straight from the objects, without rules. Pure; for figures, and as the measure of the rules in the tests.
import type { PodObject, PolicyInputs, PolicyObject, PolicyPeer, PolicyPort } from './objects.ts'
import {
  blockHolds,
  type Direction,
  fullName,
  isPolicyPod,
  namedPorts,
  peerMeansPod,
  podAddresses,
  policiesOf,
  rulesOf,
} from './selection.ts'

/** One end of a connection: a pod, or an address that is no pod. `node` names the node whose own address it is. */
export type PolicyEnd = { pod: PodObject } | { ip: string; node?: string }
export interface PolicyTarget {
  protocol: string
  port: number
}
export interface PolicyVerdict {
  allowed: boolean
  /** a sentence for a figure: who decided and why */
  reason: string
}

function portMatches(rule: PolicyPort, target: PolicyTarget, receiver: PolicyEnd): boolean {
  if ((rule.protocol ?? 'TCP') !== target.protocol) return false
  if (rule.port === undefined) return true
  if (typeof rule.port === 'number') return target.port >= rule.port && target.port <= (rule.endPort ?? rule.port)
  return 'pod' in receiver && namedPorts(receiver.pod, rule.port, target.protocol).includes(target.port)
}

function peerMatches(peer: PolicyPeer, policy: PolicyObject, end: PolicyEnd, { namespaces }: PolicyInputs): boolean {
  if (peer.ipBlock) return blockHolds(peer.ipBlock, 'pod' in end ? podAddresses(end.pod) : [end.ip])
  return 'pod' in end && peerMeansPod(peer, policy, end.pod, namespaces)
}

function judge(
  inputs: PolicyInputs,
  direction: Direction,
  isolated: PodObject,
  other: PolicyEnd,
  receiver: PolicyEnd,
  target: PolicyTarget,
): PolicyVerdict {
  const what = `${direction} ${direction === 'ingress' ? 'to' : 'from'} ${fullName(isolated)}`
  const policies = isPolicyPod(isolated) ? policiesOf(isolated, direction, inputs.policies) : []
  if (policies.length === 0) return { allowed: true, reason: `${what}: no policy selects the pod` }
  for (const policy of policies) {
    for (const { peers, ports } of rulesOf(policy, direction)) {
      const peerHolds = !peers || peers.some((peer) => peerMatches(peer, policy, other, inputs))
      if (peerHolds && (!ports || ports.some((p) => portMatches(p, target, receiver))))
        return { allowed: true, reason: `${what}: allowed by ${fullName(policy)}` }
    }
  }
  return { allowed: false, reason: `${what}: no policy allows it (${policies.map(fullName).join(', ')})` }
}

/**
 * May `from` open a connection to `to` on that port? Both ends must agree: egress at the sender, ingress at the receiver. The receiver is meant after
 * Service addresses have been replaced by pods. A pod's own node always reaches it.
 */
export function evaluatePolicy(inputs: PolicyInputs, from: PolicyEnd, to: PolicyEnd, target: PolicyTarget): PolicyVerdict {
  const out: PolicyVerdict =
    'pod' in from ? judge(inputs, 'egress', from.pod, to, to, target) : { allowed: true, reason: 'egress: the sender is no pod' }
  if (!out.allowed) return out
  if (!('pod' in to)) return out
  if ('ip' in from && from.node !== undefined && from.node === to.pod.spec?.nodeName) {
    return { allowed: true, reason: `ingress to ${fullName(to.pod)}: its own node always reaches it` }
  }
  return judge(inputs, 'ingress', to.pod, from, to, target)
}
