// The hooks that a packet meets on worker, in their order, with one DROP rule of the reader's and where it counts. The translation is read from the
// rules that the cluster's own function writes. Pure.
import { renderIptables } from '../../labs/cluster/proxy/render.ts'

export const ruleHooks = ['raw PREROUTING', 'mangle PREROUTING', 'filter INPUT', 'filter FORWARD'] as const
export type RuleHook = (typeof ruleHooks)[number]
export const hooks = ['raw PREROUTING', 'mangle PREROUTING', 'nat PREROUTING', 'route', 'filter INPUT', 'filter FORWARD'] as const
export type HookName = (typeof hooks)[number]

export interface LadderSettings {
  /** the port that the balancer calls on worker's address */
  port: 30080 | 22
  rule: { hook: RuleHook; port: 30080 | 8080 | 22 } | undefined
  /** worker would answer the balancer by another card than the packet came in by, and rp_filter is strict */
  otherCard: boolean
}
export interface LadderStep {
  hook: HookName
  /** what the packet's header says when this hook is asked; undefined: it is never asked */
  destination: string | undefined
  /** how often the reader's rule counted here; undefined: it does not stand here */
  counted: number | undefined
  did: 'passes' | 'translated' | 'dropped' | 'reverse-path' | 'never'
}
export interface Ladder {
  steps: LadderStep[]
  outcome: 'pod' | 'node' | 'dropped'
}

const worker = '172.18.0.3'
const web = { pod: '10.244.1.3', port: 8080, nodePort: 30080 }

/** Where kube-proxy's rules on worker send what comes for a port of the node; undefined: they leave it alone. */
export function translated(port: number): string | undefined {
  const text = renderIptables({
    services: [
      {
        metadata: { name: 'web', namespace: 'default' },
        spec: { type: 'NodePort', clusterIP: '10.96.71.12', ports: [{ protocol: 'TCP', port: 80, nodePort: web.nodePort }] },
      },
    ],
    endpointSlices: [
      {
        metadata: { name: 'web-x7k2p', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
        addressType: 'IPv4',
        ports: [{ name: '', protocol: 'TCP', port: web.port }],
        endpoints: [{ addresses: [web.pod], nodeName: 'worker', conditions: { ready: true, serving: true, terminating: false } }],
      },
    ],
    node: { name: 'worker', ip: worker, podCIDR: '10.244.1.0/24' },
    clusterCIDR: '10.244.0.0/16',
  })
  const lines = text.split('\n')
  if (!lines.some((line) => line.startsWith('-A KUBE-NODEPORTS ') && line.includes(`--dport ${port} `))) return undefined
  return lines.map((line) => /--to-destination (\S+)/.exec(line)?.[1]).find((to) => to !== undefined)
}

/** Climbs the ladder with one packet from outside to worker. */
export function climb({ port, rule, otherCard }: LadderSettings): Ladder {
  let destination = `${worker}:${port}`
  let ended = false
  const steps = hooks.map((hook): LadderStep => {
    const stands = rule?.hook === hook
    const forNode = destination.startsWith(`${worker}:`)
    const asked = !ended && !(hook === 'filter INPUT' && !forNode) && !(hook === 'filter FORWARD' && forNode)
    if (!asked) return { hook, destination: undefined, counted: stands ? 0 : undefined, did: 'never' }
    const matches = stands && destination.endsWith(`:${rule.port}`)
    const before = destination
    const to = hook === 'nat PREROUTING' ? translated(port) : undefined
    if (to) destination = to
    const lost = hook === 'route' && otherCard
    ended = matches || lost
    const did = matches ? 'dropped' : lost ? 'reverse-path' : to ? 'translated' : 'passes'
    return { hook, destination: before, counted: stands ? Number(matches) : undefined, did }
  })
  return { steps, outcome: ended ? 'dropped' : destination.startsWith(`${worker}:`) ? 'node' : 'pod' }
}
