// The nat table of a Pod with a sidecar, in Istio's order. Pure; the kubelet has its node write it, as Istio's CNI plugin does.
import type { Exemptions } from './inject.ts'

/** iptables-restore input. */
export function interceptionRules({ uid, gid, inboundPorts, outboundPorts }: Exemptions): string {
  const owned = (owner: string) => [
    `-A ISTIO_OUTPUT -o lo ! -d 127.0.0.1/32 -p tcp ! --dport 15008 -m owner --${owner} -j ISTIO_IN_REDIRECT`,
    `-A ISTIO_OUTPUT -o lo -m owner ! --${owner} -j RETURN`,
    `-A ISTIO_OUTPUT -m owner --${owner} -j RETURN`,
  ]
  const lines = [
    '*nat',
    ...['INBOUND', 'REDIRECT', 'IN_REDIRECT', 'OUTPUT'].map((chain) => `:ISTIO_${chain} - [0:0]`),
    ...[15008, 15090, 15021, 15020, ...inboundPorts].map((port) => `-A ISTIO_INBOUND -p tcp --dport ${port} -j RETURN`),
    '-A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001',
    '-A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15006',
    '-A PREROUTING -p tcp -j ISTIO_INBOUND',
    '-A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT',
    '-A OUTPUT -j ISTIO_OUTPUT',
    ...outboundPorts.map((port) => `-A ISTIO_OUTPUT -p tcp --dport ${port} -j RETURN`),
    '-A ISTIO_OUTPUT -o lo -s 127.0.0.6/32 -j RETURN',
    ...owned(`uid-owner ${uid}`),
    ...owned(`gid-owner ${gid}`),
    '-A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN',
    '-A ISTIO_OUTPUT -j ISTIO_REDIRECT',
    'COMMIT',
  ]
  return `${lines.join('\n')}\n`
}
