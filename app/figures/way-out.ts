// What four checkpoints see of a packet that leaves the cluster, from a Pod and from its node, with at most one thing wrong. Pure.

export const wayOutFaults = ['none', 'policy', 'rule', 'masquerade', 'gate'] as const
export type WayOutFault = (typeof wayOutFaults)[number]
export const checkpoints = ['worker-link', 'worker-eth0', 'gate-in', 'gate-out'] as const
export type Checkpoint = (typeof checkpoints)[number]

export interface Call {
  from: 'pod' | 'node'
  port: 80 | 443
}
export interface WayOut {
  /** the source address a capture shows at each checkpoint; undefined: the packet does not come by */
  seen: Record<Checkpoint, string | undefined>
  answered: boolean
  /** where the request ended, or its answer */
  end: 'provider' | 'policy' | 'other-gateway' | 'gate' | 'answer'
}

const sources = { pod: '10.244.1.2', node: '172.18.0.3', gate: '172.18.0.90' }

export function leave({ from, port }: Call, fault: WayOutFault): WayOut {
  const pod = from === 'pod'
  const seen: WayOut['seen'] = {
    'worker-link': pod ? sources.pod : undefined,
    'worker-eth0': undefined,
    'gate-in': undefined,
    'gate-out': undefined,
  }
  const ends = (end: WayOut['end']): WayOut => ({ seen, answered: end === 'provider', end })
  if (pod && fault === 'policy') return ends('policy')
  // what leaves by eth0 for an address that is no Pod's gets the node's own, unless the rule for that is gone
  const source = pod && fault === 'masquerade' ? sources.pod : sources.node
  seen['worker-eth0'] = source
  if (pod && fault === 'rule') return ends('other-gateway')
  seen['gate-in'] = source
  if (fault === 'gate' && port === 443) return ends('gate')
  seen['gate-out'] = sources.gate
  // the provider answers gate; gate knows no way to a Pod
  return ends(source === sources.pod ? 'answer' : 'provider')
}

/** The comparisons that tell causes apart: each call, and whether it is answered. */
export const calls: readonly Call[] = [
  { from: 'pod', port: 80 },
  { from: 'pod', port: 443 },
  { from: 'node', port: 80 },
  { from: 'node', port: 443 },
]
