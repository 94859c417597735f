// Which UDP conntrack entries have become stale: their datagrams would go on to an endpoint that no longer serves (kubernetes#48370).
// Pure; the applier lists the entries and deletes what this names.
import { joinHostPort } from './addresses.ts'
import type { RestorePlan } from './render.ts'

/** Flows to one address that an endpoint which is gone should answer: enough to delete them, and no others, with one command. */
export interface UdpFlows {
  destination: string
  destinationPort: number
  replySource: string
}

/** Reads lines of `conntrack -L -p udp`: each has src, dst, sport, dport of the original direction, then of the reply. */
export function parseUdpEntries(text: string): UdpFlows[] {
  return text.split('\n').flatMap((line) => {
    const fields = [...line.matchAll(/\b(src|dst|sport|dport)=(\S+)/g)].map((m) => m[2] as string)
    if (!/\budp\b/.test(line) || fields.length < 8) return []
    const [, destination, , destinationPort, replySource] = fields as [string, string, string, string, string]
    return [{ destination, destinationPort: Number(destinationPort), replySource }]
  })
}

/** The usable endpoint addresses of each UDP service address (`ip:port`) and node port (`:port`). */
function udpEndpoints(plan: RestorePlan): Map<string, Set<string>> {
  const result = new Map<string, Set<string>>()
  for (const port of plan.ports) {
    if (port.protocol !== 'udp') continue
    const serving = new Set((plan.endpoints.get(port.key) ?? []).filter((e) => e.serving).map((e) => e.ip))
    // A service without endpoints keeps its entries; upstream does the same (kubernetes#139628).
    if (serving.size === 0) continue
    for (const address of [port.clusterIP, ...port.externalIPs, ...port.loadBalancerVIPs])
      result.set(joinHostPort(address, port.port), serving)
    if (port.nodePort !== 0) result.set(`:${port.nodePort}`, serving)
  }
  return result
}

/** Entries to a service address whose answers come from an address that is no endpoint of it; each kind once, however many clients there are. */
export function staleUdpFlows(plan: RestorePlan, entries: readonly UdpFlows[]): UdpFlows[] {
  const endpoints = udpEndpoints(plan)
  const stale = new Map<string, UdpFlows>()
  for (const entry of entries) {
    const address = joinHostPort(entry.destination, entry.destinationPort)
    const serving = endpoints.get(address) ?? endpoints.get(`:${entry.destinationPort}`)
    if (serving !== undefined && !serving.has(entry.replySource)) stale.set(`${address} ${entry.replySource}`, entry)
  }
  return [...stale.values()]
}

export const deleteFlows = ({ destination, destinationPort, replySource }: UdpFlows): string[] =>
  `conntrack -D -p udp --orig-dst ${destination} --dport ${destinationPort} --reply-src ${replySource}`.split(' ')

/** A text that differs when the UDP endpoints differ: only then is it worth listing the entries. */
export const udpSignature = (plan: RestorePlan): string =>
  [...udpEndpoints(plan)]
    .map(([address, serving]) => `${address} ${[...serving].sort().join(',')}`)
    .sort()
    .join('\n')
