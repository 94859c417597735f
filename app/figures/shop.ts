// The little cluster that figures compute with: three nodes, a Service `stock` and the rules that each node holds for it. Pure.
import { planRules, type RestorePlan, restoreText } from '../../labs/cluster/proxy/render.ts'
import { type Packet, parseRules, type RuleStep, type Verdict, type World, walkChain } from './rule-walk.ts'

export interface ShopPod {
  ip: string
  node: string
}
export interface ShopService {
  name: string
  clusterIP: string
  nodePort?: number
  externalTrafficPolicy?: 'Cluster' | 'Local'
  /** that of a LoadBalancer whose policy is Local */
  healthCheckNodePort?: number
  pods: readonly ShopPod[]
}
/** A node's name and addresses; the second is the node's end of its Pods' links. */
export const shopNodes = {
  'control-plane': { ip: '172.18.0.2', podEnd: '10.244.0.1', podCIDR: '10.244.0.0/24' },
  worker: { ip: '172.18.0.3', podEnd: '10.244.1.1', podCIDR: '10.244.1.0/24' },
  worker2: { ip: '172.18.0.4', podEnd: '10.244.2.1', podCIDR: '10.244.2.0/24' },
} as const
export type ShopNode = keyof typeof shopNodes

const clusterCIDR = '10.244.0.0/16'
/** What the agent of kind writes; shop.test.ts compares it with the cluster's. */
export const agentRules = `*nat
-A KIND-MASQ-AGENT -d ${clusterCIDR} -m comment --comment "kind-masq-agent: local traffic is not subject to MASQUERADE" -j RETURN
-A KIND-MASQ-AGENT -m comment --comment "kind-masq-agent: outbound traffic is subject to MASQUERADE (must be last in chain)" -j MASQUERADE
COMMIT`

/** What kube-proxy on this node makes of the Services. */
export function planOf(node: ShopNode, services: readonly ShopService[]): RestorePlan {
  return planRules({
    services: services.map((s) => ({
      metadata: { name: s.name, namespace: 'default' },
      spec: {
        type: s.healthCheckNodePort ? 'LoadBalancer' : s.nodePort ? 'NodePort' : 'ClusterIP',
        clusterIP: s.clusterIP,
        externalTrafficPolicy: s.externalTrafficPolicy,
        healthCheckNodePort: s.healthCheckNodePort,
        ports: [{ protocol: 'TCP', port: 80, ...(s.nodePort ? { nodePort: s.nodePort } : {}) }],
      },
    })),
    endpointSlices: services
      .filter((s) => s.pods.length > 0)
      .map((s) => ({
        metadata: { name: `${s.name}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': s.name } },
        addressType: 'IPv4',
        ports: [{ name: '', protocol: 'TCP', port: 8080 }],
        endpoints: s.pods.map((p) => ({ addresses: [p.ip], nodeName: p.node, conditions: { ready: true } })),
      })),
    node: { name: node, ip: shopNodes[node].ip, podCIDR: shopNodes[node].podCIDR },
    clusterCIDR,
  })
}

/** What kube-proxy gives to iptables-restore on this node. */
export const rulesOf = (node: ShopNode, services: readonly ShopService[]): string => restoreText(planOf(node, services))

export interface Passed {
  packet: Packet
  steps: RuleStep[]
  /** DNAT, MASQUERADE and the ends of a packet, in order */
  verdicts: Verdict[]
}

/** A node with its rules read: takes the first packet of a connection through, destination rewritten, filtered, source rewritten. */
export function openNode(node: ShopNode, services: readonly ShopService[]): (packet: Packet, dice: World['dice']) => Passed {
  const text = rulesOf(node, services)
  const nat = parseRules(text, 'nat')
  const filter = parseRules(text, 'filter')
  const agent = parseRules(agentRules, 'nat')
  const { ip, podEnd } = shopNodes[node]
  const local = [ip, podEnd, '127.0.0.1']
  const ownPods = new Set(services.flatMap((s) => s.pods.filter((p) => p.node === node).map((p) => p.ip)))
  return (packet, dice) => {
    const passed: Passed = { packet, steps: [], verdicts: [] }
    const take = (rules: typeof nat, chain: string) => {
      const walked = walkChain(rules, chain, passed.packet, { local, dice })
      passed.packet = walked.packet
      passed.steps.push(...walked.steps)
      if (walked.verdict && walked.verdict !== 'ACCEPT') passed.verdicts.push(walked.verdict)
      return walked.verdict
    }
    take(nat, 'KUBE-SERVICES')
    for (const chain of ['KUBE-EXTERNAL-SERVICES', 'KUBE-SERVICES']) {
      const verdict = take(filter, chain)
      if (verdict === 'DROP' || verdict === 'REJECT') return passed
    }
    if (local.includes(passed.packet.destination)) return passed
    const masqueraded = take(nat, 'KUBE-POSTROUTING') ?? take(agent, 'KIND-MASQ-AGENT')
    // the address of the link by which the packet leaves
    const source = ownPods.has(passed.packet.destination) ? podEnd : ip
    if (masqueraded === 'MASQUERADE') passed.packet = { ...passed.packet, source, marked: false }
    return passed
  }
}

export const passNode = (node: ShopNode, services: readonly ShopService[], packet: Packet, dice: World['dice']): Passed =>
  openNode(node, services)(packet, dice)
