// The rules that are the same whatever Services exist. Used by render.ts.
import { canonicalAddress, familyOf, rangeContains } from './addresses.ts'
import type { ProxyOptions } from './inputs.ts'
import { comment, markText } from './rule-text.ts'

/** Written whole at every sync. */
export const filterChains = ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES', 'KUBE-FORWARD', 'KUBE-NODEPORTS', 'KUBE-PROXY-FIREWALL'] as const
export const natChains = ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ'] as const
export const kubeletFirewallChain = 'KUBE-FIREWALL'

export const guardsLocalnet = (options: ProxyOptions): boolean => options.family === 'IPv4' && options.localhostNodePorts

/** route_localnet=1 would let others reach 127.0.0.1 (kubernetes#90259); kubelet writes the same rule. */
export const localnetGuard = `-A ${kubeletFirewallChain} ${comment('block incoming localnet connections')} -d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP`

export function masqueradeRules(options: ProxyOptions): string[] {
  const mark = markText(options.masqueradeBit)
  return [
    `-A KUBE-POSTROUTING -m mark ! --mark ${mark}/${mark} -j RETURN`,
    // Cleared, so that a packet that passes the stack again is not masqueraded again.
    `-A KUBE-POSTROUTING -j MARK --xor-mark ${mark}`,
    `-A KUBE-POSTROUTING ${comment('kubernetes service traffic requiring SNAT')} -j MASQUERADE${options.randomFully ? ' --random-fully' : ''}`,
    `-A KUBE-MARK-MASQ -j MARK --or-mark ${mark}`,
  ]
}

export function forwardRules(options: ProxyOptions): string[] {
  const mark = markText(options.masqueradeBit)
  return [
    ...(options.conntrackTcpLiberal ? [] : ['-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP']),
    `-A KUBE-FORWARD ${comment('kubernetes forwarding rules')} -m mark --mark ${mark}/${mark} -j ACCEPT`,
    `-A KUBE-FORWARD ${comment('kubernetes forwarding conntrack rule')} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
  ]
}

const isLoopback = (address: string): boolean => rangeContains('127.0.0.0/8', address) || canonicalAddress(address) === '::1'

/** The last rules of nat KUBE-SERVICES: what is meant for the node itself is looked up among the node ports. */
export function nodePortJumps(options: ProxyOptions): string[] {
  const note = comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain')
  if (options.nodePortAddresses) {
    return options.nodePortAddresses
      .filter((a) => familyOf(a) === options.family && !(isLoopback(a) && (options.family === 'IPv6' || !options.localhostNodePorts)))
      .map((address) => `-A KUBE-SERVICES ${note} -d ${address} -j KUBE-NODEPORTS`)
  }
  // Node ports on ::1 cannot work (there is no route_localnet for IPv6); on 127.0.0.1 only when asked for.
  const loopback = options.family === 'IPv6' ? ' ! -d ::1/128' : options.localhostNodePorts ? '' : ' ! -d 127.0.0.0/8'
  return [`-A KUBE-SERVICES ${note} -m addrtype --dst-type LOCAL${loopback} -j KUBE-NODEPORTS`]
}
