import { expect, test } from 'vitest'
import type { PathHop, PathResult } from '../spec/path.ts'
import { pathLines } from './path-lines.ts'

const hop = (change: Partial<PathHop>): PathHop => ({
  leg: 'request',
  place: 'node/worker',
  kind: 'interface',
  title: 'eth0 (in)',
  outcome: 'seen',
  ...change,
})
const result: PathResult = {
  at: 0,
  question: { from: 'pod/client', to: 'http://cart' },
  resolved: { name: 'cart', address: '10.96.0.7' },
  service: 'cart',
  outcome: 'timeout',
  outcomeMs: 120,
  hops: [
    hop({
      place: 'pod/client',
      title: 'eth0 (out)',
      packet: { from: '10.244.1.2:61001', to: '10.96.0.7:80', protocol: 'tcp', flags: 'SYN' },
      atUs: 0,
    }),
    hop({ kind: 'rule', title: 'nat KUBE-SERVICES', detail: '-j KUBE-SVC-A', outcome: 'matched' }),
    hop({
      kind: 'rule',
      title: 'filter FORWARD',
      rule: { table: 'filter', chain: 'FORWARD', number: 1, of: 6 },
      detail: '-j DROP',
      outcome: 'dropped',
    }),
  ],
  verdict: { state: 'dropped', cause: 'rule-drop', place: 'node/worker', hop: 2, sentence: 'A rule drops it.' },
  evidence: ['node/worker, nft monitor trace: …'],
  ms: 180,
}

test('hops place by place, rules that only lead on left out, then the verdict', () => {
  const text = pathLines(result, { all: false }).join('\n')
  expect(text).toContain('pod/client → http://cart  (cart is 10.96.0.7, Service cart)')
  expect(text).toContain('10.244.1.2:61001 → 10.96.0.7:80 tcp SYN')
  expect(text).toContain('✗  3  filter FORWARD  rule 1 of 6  dropped')
  expect(text).not.toContain('KUBE-SVC-A')
  expect(text).toContain('1 rule that only leads on is left out')
  expect(text).toContain('dropped at node/worker, hop 3 of 3\nA rule drops it.')
})

test('--all shows every rule', () => {
  const text = pathLines(result, { all: true }).join('\n')
  expect(text).toContain('-j KUBE-SVC-A')
  expect(text).not.toContain('left out')
})
