// A path with a request and an error that comes back, small enough to read. Used by the tests beside it.
import type { PathHop, PathResult } from '../../labs/spec/path.ts'

export const hop = (change: Partial<PathHop>): PathHop => ({
  leg: 'request',
  place: 'node/worker',
  kind: 'interface',
  title: 'eth0 (in)',
  outcome: 'seen',
  ...change,
})

export const recordedPath = (change: Partial<PathResult> = {}): PathResult => ({
  at: 1_000_000,
  question: { from: 'pod/client', to: 'tcp://10.96.0.7:80' },
  outcome: 'timeout',
  outcomeMs: 2003,
  hops: [
    hop({ place: 'pod/client', title: 'eth0 (out)' }),
    hop({ title: 'veth1 (in)' }),
    hop({ kind: 'rule', title: 'nat KUBE-SERVICES', outcome: 'matched' }),
    hop({ kind: 'rule', title: 'nat KUBE-SEP', outcome: 'rewritten' }),
    hop({ place: 'node/worker2', kind: 'rule', title: 'filter FORWARD', outcome: 'dropped' }),
    hop({ place: 'pod/shop:cart-1', kind: 'listener', title: ':80', outcome: 'not-reached' }),
  ],
  verdict: { state: 'dropped', cause: 'netfilter-drop', place: 'node/worker2', hop: 4, sentence: 'Dropped.' },
  evidence: [],
  ms: 2100,
  ...change,
})
